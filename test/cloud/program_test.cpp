// The program slipway-cloud, as people and scripts start it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <list>
#include <thread>

#include "cloud/limits.h"
#include "cloud/postgres_ledger.h"
#include "cloud/tokens.h"
#include "desk.h"
#include "folder.h"
#include "http_client.h"
#include "ledger_contract.h"
#include "model/canonical_json.h"
#include "postgres/postgres.h"
#include "postgres_server.h"
#include "sqlite/sqlite.h"

namespace slipway::cloud::test {
namespace {

// A started slipway-cloud with its output; killed with this object if it still runs.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the test");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
    arguments.insert(arguments.begin(), SLIPWAY_BIN_FOLDER "/slipway-cloud");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    if (posix_spawn(&process_, argv[0], &actions, nullptr, argv.data(), environ) != 0)
      process_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    output_ = pipe_ends[0];
  }
  ~Program() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The next line, or all that is left; nothing after five seconds of silence.
  std::string line() {
    std::string text;
    pollfd waiting{output_, POLLIN, 0};
    for (char c; poll(&waiting, 1, 5000) == 1 && read(output_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  // Reads to the end of the output, which is the end of the program.
  int exit_code() {
    while (!line().empty()) {
    }
    int status = 0;
    waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void signal(int number) { kill(process_, number); }

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

class CloudProgram : public testing::Test {
 protected:
  std::string database() { return "sqlite:" + folder_.file(); }
  std::string create_token(const std::string& device) {
    Program program(
        {"token", "create", "--database", database(), "--tenant", "acme", "--device", device});
    const std::string token = program.line();
    EXPECT_EQ(program.exit_code(), 0) << token;
    return token;
  }

 private:
  Folder folder_;
};

TEST_F(CloudProgram, ServesUntilItIsToldToStop) {
  for (const int number : {SIGTERM, SIGINT}) {
    Program server({"serve", "--database", database(), "--listen", "127.0.0.1:0"});
    const auto ready = parse_json_object(server.line(), "the ready line");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->at("event"), "listening");
    const std::string url(ready->at("url").as_string());
    EXPECT_EQ(ask(url, "GET", "/healthz").status, 200);

    // Tokens come and go while it runs.
    const std::string token = create_token("Hamburg");
    EXPECT_EQ(ask(url, "GET", "/v1/capabilities", token).object().at("device"), "Hamburg");
    Program revoke({"token", "revoke", "--database", database(), "--device", "Hamburg"});
    EXPECT_EQ(revoke.exit_code(), 0);
    EXPECT_EQ(ask(url, "GET", "/v1/capabilities", token).status, 401);

    server.signal(number);
    EXPECT_EQ(server.exit_code(), 0);
  }
}

TEST_F(CloudProgram, RotatesATokenAndTellsItsState) {
  Program server({"serve", "--database", database(), "--listen", "127.0.0.1:0"});
  const auto ready = parse_json_object(server.line(), "the ready line");
  ASSERT_TRUE(ready);
  const std::string url(ready->at("url").as_string()), old = create_token("Hamburg");
  const auto first_line = [&](std::vector<std::string> words, int code = 0) {
    words.insert(words.end(), {"--database", database()});
    Program program(words);
    const std::string line = program.line();
    EXPECT_EQ(program.exit_code(), code) << line;
    return line;
  };
  const auto status = [&](const std::string& token) {
    return ask(url, "GET", "/v1/capabilities", token).status;
  };
  const std::string fresh = first_line({"token", "rotate", "--device", "Hamburg"});
  EXPECT_EQ(status(old), 200) << "for a day";
  EXPECT_EQ(status(fresh), 200);
  const std::string last = first_line(
      {"token", "rotate", "--device", "Hamburg", "--old-for", "0s", "--expires-in", "90d"});
  EXPECT_EQ(status(old), 401);
  EXPECT_EQ(status(fresh), 401);
  EXPECT_EQ(status(last), 200);
  EXPECT_NE(ask(url, "GET", "/v1/capabilities", old).body.find("has expired"), std::string::npos);
  for (const char* bad : {"", "7", "d", "-1d", "1w", "1.5h", "99999999999999999999d", "40000d"})
    EXPECT_TRUE(first_line({"token", "rotate", "--device", "Hamburg", "--old-for", bad}, 2)
                    .starts_with("slipway-cloud: "))
        << bad;
  first_line({"token", "rotate", "--device", "nobody"}, 1);

  const auto tenant = parse_json_object(first_line({"tenants"}), "a tenant").value();
  EXPECT_EQ(tenant.at("tenant"), "acme");
  EXPECT_EQ(tenant.at("id"), 1) << "as /metrics names it";
  EXPECT_EQ(tenant.at("head"), 0);
  const auto device = parse_json_object(first_line({"devices"}), "a device").value();
  EXPECT_EQ(device.at("device"), "Hamburg");
  EXPECT_TRUE(device.at("seen").is_null());
  EXPECT_TRUE(first_line({"doctor"}).starts_with("ok   file"));
  const auto findings = parse_json_object(first_line({"doctor", "--json"}), "findings").value();
  EXPECT_EQ(findings.at("unexplained"), 0);
  EXPECT_TRUE(first_line({"views"}).starts_with("-- The rows of tenant \"acme\""));
  first_line({"views", "--tenant", "nobody"}, 1);
}

TEST_F(CloudProgram, TheDoctorFindsWhatIsDamagedInTheFile) {
  create_token("Hamburg");
  const std::string file = database().substr(7);
  std::int64_t page = 0, page_bytes = 0;
  {
    sqlite::Database ledger(file, sqlite::OpenMode::existing, std::chrono::seconds(5));
    ledger.execute(
        "INSERT INTO entity (tenant, type, id, \"values\", marks, seq, deleted) VALUES"
        " (1, 'Customer', 'c7', '{broken', '{}', 1, 0)");
    auto root = ledger.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'row_image'");
    ASSERT_TRUE(root.step());
    page = root.integer(0);
    auto size = ledger.prepare("PRAGMA page_size");
    ASSERT_TRUE(size.step());
    page_bytes = size.integer(0);
  }
  const auto doctor = [&] {
    Program program({"doctor", "--database", database()});
    std::string all, line;
    while (!(line = program.line()).empty()) all += line + "\n";
    EXPECT_EQ(program.exit_code(), 1) << all;
    return all;
  };
  const std::string values = doctor();
  EXPECT_NE(values.find("1 row that cannot be read, the first of them of the id c7"),
            std::string::npos)
      << values;
  std::fstream raw(file, std::ios::in | std::ios::out | std::ios::binary);
  raw.seekp((page - 1) * page_bytes).write(std::string(page_bytes, '\x5a').data(), page_bytes);
  raw.close();
  const std::string pages = doctor();
  EXPECT_NE(pages.find("BAD  file"), std::string::npos) << pages;
  EXPECT_NE(pages.find("restore the file from a backup"), std::string::npos) << pages;
}

TEST_F(CloudProgram, RefusesNamesThatAreTooLongAndAFieldThatIsNumberedTwice) {
  const std::string long_name(257, 'x');
  Program named(
      {"token", "create", "--database", database(), "--tenant", long_name, "--device", "d"});
  EXPECT_NE(named.line().find("must be a name of 1 to 256 bytes"), std::string::npos);
  EXPECT_EQ(named.exit_code(), 2);
  Program twice(
      {"serve", "--database", database(), "--number", "Invoice.no=1", "--number", "Invoice.no=2"});
  EXPECT_NE(twice.line().find("names Invoice.no twice"), std::string::npos);
  EXPECT_EQ(twice.exit_code(), 2);
}

TEST_F(CloudProgram, RemovesADeviceWhereItIsToldTo) {
  Program server({"serve", "--database", database(), "--listen", "127.0.0.1:0"});
  const auto ready = parse_json_object(server.line(), "the ready line");
  ASSERT_TRUE(ready);
  const std::string url(ready->at("url").as_string()), token = create_token("Hamburg");
  const auto said = [&](std::vector<std::string> words, int code) {
    words.insert(words.end(), {"--database", database()});
    Program program(words);
    std::string all, line;
    while (!(line = program.line()).empty()) all += line + "\n";
    EXPECT_EQ(program.exit_code(), code) << all;
    return all;
  };
  const auto remove = [&](std::vector<std::string> more, int code) {
    more.insert(more.begin(), {"device", "remove"});
    return said(more, code);
  };
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const auto status = [&] { return ask(url, "GET", "/v1/capabilities", token).status; };
  const std::string told = remove({"--device", "Hamburg"}, 2);
  EXPECT_TRUE(has(told, "Hamburg of acme has not been heard of yet")) << told;
  EXPECT_TRUE(has(told, "its tokens end")) << told;
  EXPECT_TRUE(has(told, "Nothing was removed. Give --yes")) << told;
  EXPECT_EQ(status(), 200);
  EXPECT_TRUE(has(said({"devices"}, 0), "Hamburg"));

  EXPECT_TRUE(has(remove({"--device", "nobody", "--yes"}, 1), "There is no device nobody"));
  EXPECT_TRUE(has(remove({"--tenant", "nobody", "--device", "Hamburg", "--yes"}, 1),
                  "There is no tenant nobody"));
  said({"token", "create", "--tenant", "globex", "--device", "Hamburg"}, 0);
  EXPECT_TRUE(has(remove({"--device", "Hamburg", "--yes"}, 2), "Several tenants"));
  EXPECT_EQ(status(), 200);

  const std::string done = remove({"--tenant", "acme", "--device", "Hamburg", "--yes"}, 0);
  EXPECT_TRUE(has(done, "Removed. Tokens that ended: 1")) << done;
  EXPECT_EQ(status(), 401);
  EXPECT_FALSE(has(said({"devices", "--tenant", "acme"}, 0), "Hamburg"));
  EXPECT_TRUE(has(said({"tenants"}, 0), R"("devices":0)"));
  EXPECT_FALSE(has(said({"doctor"}, 0), "Hamburg of acme"));
  EXPECT_TRUE(has(remove({"--tenant", "acme", "--device", "Hamburg", "--yes"}, 1),
                  "was removed already, at "));
  said({"token", "rotate", "--tenant", "acme", "--device", "Hamburg"}, 1);
  create_token("Hamburg");
  EXPECT_EQ(status(), 401) << "the token that ended stays so";
  EXPECT_TRUE(has(said({"devices", "--tenant", "acme"}, 0), "Hamburg"));
}

TEST_F(CloudProgram, KeepsACountOfDaysOrCommitsAndNothingElse) {
  create_token("Hamburg");
  for (const char* flag : {"--keep-days", "--keep-commits"}) {
    for (const char* bad : {"inf", "nan", "-1", "1.5", "1e3", "ten", "99999999999999999999"}) {
      Program refused({"compact", "--database", database(), flag, bad});
      const std::string said = refused.line();
      EXPECT_NE(said.find(flag), std::string::npos) << said;
      EXPECT_NE(said.find(bad), std::string::npos) << said;
      EXPECT_EQ(refused.exit_code(), 2) << said;
    }
    Program kept({"compact", "--database", database(), flag, "1000000"});
    EXPECT_EQ(kept.line(), "0 row images and 0 tombstones deleted");
    EXPECT_EQ(kept.exit_code(), 0);
  }
}

TEST_F(CloudProgram, CopiesItsDatabaseWhileItServes) {
  Program server({"serve", "--database", database(), "--listen", "127.0.0.1:0"});
  const auto ready = parse_json_object(server.line(), "the ready line");
  ASSERT_TRUE(ready);
  const std::string url(ready->at("url").as_string()), token = create_token("Hamburg");
  const json::object before = ask(url, "GET", "/v1/capabilities", token).object();
  EXPECT_TRUE(before.at("safe").is_null());
  EXPECT_EQ(before.at("receiptsKeptDays"), 90);
  const std::string copy = database().substr(7) + ".copy";
  Program backup({"backup", "--database", database(), "--to", copy, "--keep", "3"});
  EXPECT_EQ(backup.line(), R"({"event":"backup","file":")" + copy + "\"}");
  EXPECT_EQ(backup.exit_code(), 0);
  const json::object after = ask(url, "GET", "/v1/capabilities", token).object();
  EXPECT_EQ(after.at("safe").as_object().at("salt"), before.at("cloudId"));
  Program again({"backup", "--database", database(), "--to", copy});
  EXPECT_NE(again.line().find("exists already"), std::string::npos);
  EXPECT_EQ(again.exit_code(), 1);

  Program restored({"serve", "--database", "sqlite:" + copy, "--listen", "127.0.0.1:0"});
  const auto other = parse_json_object(restored.line(), "the ready line");
  ASSERT_TRUE(other);
  const std::string other_url(other->at("url").as_string());
  const json::object same = ask(other_url, "GET", "/v1/capabilities", token).object();
  EXPECT_EQ(same.at("cloudId"), before.at("cloudId"));
  EXPECT_TRUE(same.at("safe").is_null()) << "it does not know that it is a whole copy";
}

// Many devices, each with a stream and a push at a time: they wait for each other at the node, and
// the server has no more of it than that one connection, from beginning to end.
TEST(CloudProgramOnPostgres, HasOneConnectionHoweverManyDevicesPushAndListen) {
  if (!PostgresServer::is_installed())
    GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
  constexpr int devices = 12, pushes = 8;
  const EmptySchema schema;
  Random random{7};
  const auto ledger = std::move(open_postgres_ledger(schema.url(), random).value());
  std::vector<Version> origins;
  for (int d = 0; d < devices; ++d) {
    const std::string name = std::to_string(d), hash = token_hash(name);
    ASSERT_TRUE(ledger->create_token("tenant " + std::to_string(d % 3), name, hash,
                                     WallTime{1'795'000'000'000}));
    origins.push_back(
        ledger->capabilities(ledger->find_token(hash).value().value()).value().origin);
  }
  Program node({"serve", "--database", schema.url() + "&application_name=counted", "--listen",
                "127.0.0.1:0"});
  const auto ready = parse_json_object(node.line(), "the ready line");
  ASSERT_TRUE(ready);
  const std::string url(ready->at("url").as_string());

  postgres::Connection superuser(schema.superuser_url());
  const auto backends = [&] {
    const auto rows = superuser.run(
        {{"SELECT pid FROM pg_stat_activity WHERE application_name = 'counted' ORDER BY pid"}});
    std::vector<std::int64_t> pids;
    for (int row = 0; row < rows[0].size(); ++row) pids.push_back(rows[0].integer(row, 0));
    return pids;
  };
  const std::vector<std::int64_t> before = backends();
  ASSERT_EQ(before.size(), std::size_t(database_connections_per_node));

  std::atomic<int> at_work = devices, accepted = 0;
  std::list<std::thread> threads;
  for (int d = 0; d < devices; ++d) {
    threads.emplace_back([&, d] {
      const std::string token = std::to_string(d);
      OpenAnswer stream(url, "/v1/changes/stream", token);
      Desk desk("inc-" + token);
      const Version origin = origins[std::size_t(d)];
      for (int n = 0; n < pushes; ++n) {
        const Item item = desk.create({"Shipment", token + "-" + std::to_string(n)}, {{"n", n}});
        const std::string body = json_text(to_json(request_of({item}, origin)));
        accepted += ask(url, "POST", "/v1/push", token, body).status == 200;
      }
      if (stream.read_until("event: poke").find("event: poke") == std::string::npos) accepted = -1;
      --at_work;
    });
  }
  std::size_t most = 0;
  while (at_work > 0) most = std::max(most, backends().size());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, devices * pushes);
  EXPECT_LE(most, std::size_t(database_connections_per_node));
  EXPECT_EQ(backends(), before) << "it was never made anew";
}

// The same commands on PostgreSQL, with two nodes on one database.
TEST(CloudProgramOnPostgres, ServesFromTwoNodes) {
  if (!PostgresServer::is_installed())
    GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
  const EmptySchema schema;
  const std::string database = schema.url();
  Program one({"serve", "--database", database, "--listen", "127.0.0.1:0"});
  Program other({"serve", "--database", database, "--listen", "127.0.0.1:0"});
  std::vector<std::string> urls;
  for (Program* node : {&one, &other}) {
    const auto ready = parse_json_object(node->line(), "the ready line");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->at("event"), "listening");
    urls.emplace_back(ready->at("url").as_string());
  }
  Program create(
      {"token", "create", "--database", database, "--tenant", "acme", "--device", "Hamburg"});
  const std::string token = create.line();
  EXPECT_EQ(create.exit_code(), 0) << token;
  const json::object here = ask(urls[0], "GET", "/v1/capabilities", token).object(),
                     there = ask(urls[1], "GET", "/v1/capabilities", token).object();
  EXPECT_EQ(here.at("device"), "Hamburg");
  EXPECT_EQ(here, there);
  Program compact({"compact", "--database", database, "--keep-days", "30"});
  EXPECT_EQ(compact.line(), "0 row images and 0 tombstones deleted");
  EXPECT_EQ(compact.exit_code(), 0);
  EXPECT_TRUE(here.at("safe").is_null());
  const auto back_up = [&](std::vector<std::string> how) {
    how.insert(how.begin(), {"backup", "--database", database});
    Program backup(how);
    const std::string said = backup.line();
    return std::pair(said, backup.exit_code());
  };
  const auto refused = back_up({"--to", "/tmp/never-made"});
  EXPECT_NE(refused.first.find("pg_basebackup"), std::string::npos);
  EXPECT_EQ(refused.second, 2);
  EXPECT_EQ(back_up({"--run", "exit 3"}).second, 1);
  EXPECT_TRUE(ask(urls[1], "GET", "/v1/capabilities", token).object().at("safe").is_null());
  EXPECT_EQ(back_up({"--run", "true"}), std::pair(std::string(R"({"event":"backup"})"), 0));
  EXPECT_TRUE(ask(urls[1], "GET", "/v1/capabilities", token).object().at("safe").is_object());
  Program revoke({"token", "revoke", "--database", database, "--device", "Hamburg"});
  EXPECT_EQ(revoke.exit_code(), 0);
  for (const std::string& url : urls)
    EXPECT_EQ(ask(url, "GET", "/v1/capabilities", token).status, 401);
  for (Program* node : {&one, &other}) {
    node->signal(SIGTERM);
    EXPECT_EQ(node->exit_code(), 0);
  }
}

TEST_F(CloudProgram, WarnsOfARoleThatPassesTheWallBetweenTenants) {
  if (!PostgresServer::is_installed())
    GTEST_SKIP() << "the package postgresql-15 is not installed; ./dev test installs it";
  const EmptySchema schema;
  const std::string database = schema.superuser_url();
  Program node({"serve", "--database", database, "--listen", "127.0.0.1:0"});
  EXPECT_TRUE(node.line().starts_with("slipway-cloud: Row-level security does not hold"));
  EXPECT_TRUE(parse_json_object(node.line(), "the ready line"));
  node.signal(SIGTERM);
  EXPECT_EQ(node.exit_code(), 0);
  Program doctor({"doctor", "--database", database});
  std::string output;
  for (std::string line = doctor.line(); !line.empty(); line = doctor.line()) output += line;
  EXPECT_NE(output.find("note role        Row-level security"), output.npos) << output;
  EXPECT_EQ(doctor.exit_code(), 0);
}

// However a URL is miswritten: libpq's own words would quote what it takes the password for.
TEST_F(CloudProgram, TellsNobodyThePasswordOfADatabase) {
  for (const char* rest :
       {"pa%zzsecret@127.0.0.1:1/x", "pa/secret@127.0.0.1:1/x", "12/secret@127.0.0.1:1/x",
        "secret/pa@127.0.0.1:1/x", "pa@secret@127.0.0.1:1/x", "pa/x?secret@127.0.0.1:1/x",
        "pa@127.0.0.1:1/secret@x", "secret", "pa@127.0.0.1:1/x?secret=1", "pa secret@[127.0.0.1/x",
        "pa@127.0.0.1:99999/x?application_name=secret"}) {
    Program program({"token", "list", "--database", std::string("postgresql://u:") + rest});
    std::string output;
    for (std::string line = program.line(); !line.empty(); line = program.line()) output += line;
    EXPECT_EQ(output.find("secret"), output.npos) << output;
    EXPECT_EQ(output.find("pa@"), output.npos) << output;
    EXPECT_TRUE(output.starts_with("slipway-cloud: The URL of the PostgreSQL database")) << output;
    EXPECT_EQ(program.exit_code(), 2) << rest << output;
  }
  Program right({"token", "list", "--database", "postgresql://u:pa%2Fsecret@127.0.0.1:1/x"});
  const std::string output = right.line();
  EXPECT_TRUE(output.starts_with("slipway-cloud: PostgreSQL cannot be reached")) << output;
  EXPECT_EQ(output.find("secret"), output.npos) << output;
  EXPECT_TRUE(
      output.ends_with("What was accepted before is safe. Try again when it can be reached."))
      << output;
  EXPECT_EQ(output.find("?."), output.npos) << output;
  EXPECT_EQ(right.exit_code(), 1);
}

TEST_F(CloudProgram, TellsItsVersion) {
  Program program({"--version"});
  EXPECT_TRUE(program.line().starts_with("slipway-cloud 0."));
  EXPECT_EQ(program.exit_code(), 0);
}

TEST_F(CloudProgram, SaysWhatIsWrong) {
  const std::string d = database();
  const std::pair<std::vector<std::string>, int> uses[] = {
      {{}, 2},
      {{"serve"}, 2},
      {{"serve", "--database", "mysql://localhost/x"}, 2},
      {{"serve", "--database", "postgresql://slipway@127.0.0.1:1/x"}, 1},
      {{"serve", "--database", "cloud.db"}, 2},
      {{"token", "create", "--database", d}, 2},
      {{"serve", "--database", "sqlite:/no/such/folder/cloud.db"}, 1},
      {{"serve", "--database", d, "--listen", "nonsense"}, 2},
      {{"token", "create", "--database", d, "--tenant", "", "--device", "x"}, 2},
      {{"token", "list", "--database", d + ".missing"}, 1},
      {{"token", "revoke", "--database", d, "--device", "nobody"}, 1},
      {{"backup", "--database", d}, 2},
      {{"backup", "--database", d, "--to", "/no/such/folder/copy.db"}, 1},
      {{"serve", "--database", d, "--receipts-kept-days", "30"}, 2},
      {{"token", "create", "--database", d, "--tenant", "a", "--device", "x", "--expires-in", "0s"},
       2},
      {{"conformance", "--url", "http://127.0.0.1:1", "--token-file", "x", "--type", ""}, 2},
      {{"devices", "--database", d, "--tenant", "nobody"}, 1},
  };
  create_token("Hamburg");
  for (const auto& [arguments, code] : uses) {
    Program program(arguments);
    EXPECT_TRUE(program.line().starts_with("slipway-cloud: "));
    EXPECT_EQ(program.exit_code(), code) << testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace slipway::cloud::test
