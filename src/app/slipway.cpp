// slipway: the local sync service and its commands. Parses, wires, runs; no logic.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/command_line.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/decisions.h"
#include "app/doctor.h"
#include "app/process.h"
#include "app/serve.h"

namespace {

using namespace slipway;
using namespace slipway::app;

constexpr std::string_view program = "slipway";

constexpr const char* about =
    "Slipway keeps a desktop app working offline and in sync with its cloud.";

constexpr const char* examples = R"(
Examples:
  slipway init   --database app.db --yes
  slipway serve  --database app.db --cloud https://sync.example.com --cloud-token-file token.txt
  slipway serve  --config slipway.toml
  slipway status --database app.db
  slipway queue  --database app.db --filter needs-you
  slipway show 12    --database app.db
  slipway retry 12   --database app.db
  slipway discard 12 --database app.db --dry-run
  slipway resolve 12 --database app.db --field city=Kiel --take name=server
  slipway undo 12    --database app.db
  slipway lost       --database app.db
  slipway doctor     --database app.db

When ready, serve prints one line on stdout:
  {"event":"listening","url":"http://127.0.0.1:PORT","tokenFile":"…"}
The local API is described at /openapi.json. The token in tokenFile goes into every request:
  Authorization: Bearer TOKEN

Environment: every option of serve as SLIPWAY_…, and SYNC_WEBHOOK_URL, SYNC_MAX_ATTEMPTS,
SYNC_BACKOFF_BASE_MS, SYNC_BACKOFF_MAX_MS, SYNC_INTERVAL_MS.
Exit codes: 0 done, 1 failed, 2 wrong use. SIGTERM ends serve within 2 s; nothing is lost.)";

struct Line {
  Config config;
  std::string config_file;
  CommandOptions command;
  std::string url, token_file;
  bool yes = false;
};

void add_serve_options(CLI::App& command, Line& line) {
  Config& config = line.config;
  config.listen.clear();  // so that the file can tell whether it was given
  command.add_option("--database", config.database, "The app's SQLite file; must exist")
      ->envname("SLIPWAY_DATABASE");
  command.add_option("--config", line.config_file, "TOML file; command line and environment win")
      ->envname("SLIPWAY_CONFIG");
  command.add_option("--cloud", config.cloud, "Address of the cloud, http(s)://…")
      ->envname("SLIPWAY_CLOUD");
  command
      .add_option("--cloud-token-file", config.cloud_token_file,
                  "File with this device's cloud token")
      ->envname("SLIPWAY_CLOUD_TOKEN_FILE");
  command
      .add_option("--listen", config.listen,
                  "HOST:PORT on loopback, or unix:PATH [127.0.0.1:0; port 0: any free one]")
      ->envname("SLIPWAY_LISTEN");
  command
      .add_option("--token-file", config.token_file,
                  "File for the local token, 0600 [DATABASE-slipway.token]")
      ->envname("SLIPWAY_TOKEN_FILE");
  command.add_option("--target", config.target, "slipway, webhook or rest [slipway]")
      ->envname("SLIPWAY_TARGET");
  command
      .add_option("--webhook-url", config.webhook_url, "Where the target webhook posts each entry")
      ->envname("SLIPWAY_WEBHOOK_URL");
  command
      .add_option("--ca-file", config.ca_file,
                  "PEM file of trusted certificates, instead of the system's")
      ->envname("SLIPWAY_CA_FILE");
  command.add_option("--desk", config.desk, "Folder of a web app to serve at /")
      ->envname("SLIPWAY_DESK");
  command.add_option("--log-file", config.log_file, "Rotating log, or none [DATABASE-slipway.log]")
      ->envname("SLIPWAY_LOG_FILE");
}

void add_command_options(CLI::App& command, Line& line) {
  command.add_option("--database", line.config.database, "The database whose service is asked")
      ->envname("SLIPWAY_DATABASE");
  command.add_option("--url", line.url, "The service's address, instead of --database")
      ->envname("SLIPWAY_URL");
  command.add_option("--token-file", line.token_file, "The service's token file")
      ->envname("SLIPWAY_TOKEN_FILE");
  command.add_flag("--json", line.command.json, "JSON for programs");
}

Result<void> read_config(Line& line) {
  if (!line.config_file.empty()) {
    if (auto read = read_config_file(line.config_file, line.config); !read) return read;
  }
  if (auto read = read_sync_environment(line.config); !read) return read;
  return {};
}

void add_decision_options(CLI::App& app, CommandOptions& command) {
  for (const char* name : {"retry", "force", "resolve", "discard", "undo", "outcome"})
    app.get_subcommand(name)->add_flag("--dry-run", command.dry_run, "Only show what would happen");
  for (const char* name : {"resolve", "discard"})
    app.get_subcommand(name)->add_flag("--with-dependants", command.with_dependants,
                                       "What cannot live without it goes along");
  CLI::App* resolve = app.get_subcommand("resolve");
  resolve->add_option("--field", command.fields, "NAME=VALUE: the field gets this value");
  resolve->add_option("--take", command.take,
                      "NAME=local, server or base: it takes yours, the cloud's, the one before");
  CLI::App* outcome = app.get_subcommand("outcome");
  outcome->add_option("--happened", command.happened, "yes or no")
      ->required()
      ->check(CLI::IsMember({"yes", "no"}));
  outcome->add_option("--cloud-id", command.given_id,
                      "The id that the target gave a created row; a text in quotes: '\"7\"'");
}

int run_serve(Line& line) {
  if (auto read = read_config(line); !read) return complain(program, read.error(), wrong_use);
  if (auto completed = complete(line.config); !completed)
    return complain(program, completed.error(), wrong_use);
  return serve(line.config);
}

int run_init(Line& line) {
  if (auto read = read_config(line); !read) return complain(program, read.error(), wrong_use);
  if (line.config.database.empty()) {
    return complain(program,
                    {ErrorKind::invalid, "", "--database is missing", "Give the app's SQLite file"},
                    wrong_use);
  }
  return init(line.config, line.yes);
}

int run_doctor(Line& line) {
  if (line.config.database.empty()) {
    return complain(program,
                    {ErrorKind::invalid, "", "--database is missing", "Give the app's SQLite file"},
                    wrong_use);
  }
  return doctor(line.config.database,
                locate_service(line.url, line.token_file, line.config.database), line.command.json);
}

int run_command(Line& line, int (*command)(const CommandOptions&)) {
  auto service = locate_service(line.url, line.token_file, line.config.database);
  if (!service)
    return complain(program, service.error(),
                    service.error().type == "invalid-config" ? wrong_use : failed);
  line.command.service = *service;
  return command(line.command);
}

}  // namespace

int main(int argc, char** argv) {
  Line line;
  CLI::App app(about, "slipway");
  app.footer(examples);
  app.set_version_flag("--version", "slipway " SLIPWAY_VERSION);
  app.require_subcommand(1);

  CLI::App* serve_command = app.add_subcommand("serve", "Run the local service");
  add_serve_options(*serve_command, line);
  CLI::App* init_command =
      app.add_subcommand("init", "Add Slipway's tables and offer the rows that exist to the cloud");
  init_command->add_option("--database", line.config.database, "The app's SQLite file; must exist")
      ->envname("SLIPWAY_DATABASE");
  init_command->add_option("--config", line.config_file, "TOML file")->envname("SLIPWAY_CONFIG");
  init_command->add_flag("--yes", line.yes, "Offer them without asking");

  CLI::App* doctor_command = app.add_subcommand(
      "doctor", "Explains the state in words; exit code 1 when anything is unexplained");
  add_command_options(*doctor_command, line);

  struct Command {
    const char* name;
    const char* about;
    int (*run)(const CommandOptions&);
    bool takes_entry, watches;
    const char* entry_is = "The entry's number";
    CLI::App* parsed = nullptr;
  };
  Command commands[] = {
      {"status", "How syncing stands", show_status, false, true},
      {"queue", "What waits, what needs you", show_queue, false, true},
      {"show", "One entry with its attempts and conflict", show_entry, true, true},
      {"retry", "Try an entry again: the same wish, judged anew", retry_entry, true, false},
      {"force", "Keep mine: send a conflict again over what the cloud shows", force_entry, true,
       false},
      {"resolve", "Resolve a conflict field by field", resolve_entry, true, false},
      {"discard", "Discard an entry and roll its row back", discard_entry, true, false},
      {"undo", "Undo what is synced, what was discarded, or a decision", undo_entry, true, false},
      {"outcome", "Say what became of an entry that nobody else can know of", say_outcome, true,
       false},
      {"lost", "Rows that a restored cloud no longer has", show_lost, false, false},
      {"restore", "Write a lost row again", restore_lost, true, false, "The lost row's number"},
      {"dismiss", "Take a lost row off the list", dismiss_lost, true, false,
       "The lost row's number"},
      {"join-cloud", "Another cloud takes the known one's place", join_cloud, false, false}};
  for (Command& command : commands) {
    command.parsed = app.add_subcommand(command.name, command.about);
    add_command_options(*command.parsed, line);
    if (command.takes_entry)
      command.parsed->add_option("entry", line.command.entry, command.entry_is)
          ->required()
          ->check(CLI::Range(std::int64_t{1}, INT64_MAX));
    if (command.watches)
      command.parsed->add_flag("--watch", line.command.watch, "Again every second, until Ctrl-C");
  }
  app.get_subcommand("queue")
      ->add_option("--filter", line.command.filter,
                   "open, needs-you, waiting, recent or all [open]")
      ->check(CLI::IsMember({"open", "needs-you", "waiting", "recent", "all"}));
  for (const char* name : {"queue", "lost"})
    app.get_subcommand(name)
        ->add_option("--limit", line.command.limit, "How many at most [50]")
        ->check(CLI::Range(1, 1000));
  app.get_subcommand("join-cloud")
      ->add_option("cloud", line.command.cloud_id, "Its id, as slipway status shows it")
      ->required();
  add_decision_options(app, line.command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "slipway: " << mistake_in(app, error) << "; --help shows how it is used"
              << std::endl;
    return wrong_use;
  }
  if (*serve_command) return run_serve(line);
  if (*init_command) return run_init(line);
  if (*doctor_command) return run_doctor(line);
  for (Command& command : commands) {
    if (*command.parsed) return run_command(line, command.run);
  }
  return wrong_use;
}
