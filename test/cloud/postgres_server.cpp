#include "postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "postgres/postgres.h"

namespace slipway::cloud::test {

namespace {

const std::string programs = "/usr/lib/postgresql/15/bin/";
constexpr auto patience = std::chrono::seconds(60);
constexpr int ports_to_try = 5;

const passwd* other_user() {  // PostgreSQL does not run as root
  return geteuid() == 0 ? getpwnam("postgres") : nullptr;
}

// A child that writes into `log`, and that goes when this program does.
pid_t spawn(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const passwd* user = other_user();
  const pid_t parent = getpid(), child = fork();
  if (child != 0) return child;
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(output, 1);
  dup2(output, 2);
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir("/") != 0) _exit(126);
  execv(argv[0], argv.data());
  _exit(127);
}

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port for PostgreSQL");
  }
  close(listener);
  return ntohs(address.sin_port);
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::move(text).str();
}

}  // namespace

bool PostgresServer::is_installed() {
  return access((programs + "postgres").c_str(), X_OK) == 0 &&
         access((programs + "initdb").c_str(), X_OK) == 0;
}

PostgresServer& PostgresServer::started() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  std::string name = (std::filesystem::temp_directory_path() / "slipway-postgres-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no folder for PostgreSQL");
  folder_ = name;
  if (const passwd* user = other_user(); user && chown(name.c_str(), user->pw_uid, user->pw_gid))
    throw std::runtime_error("the folder cannot be given to " + std::string(user->pw_name));
  initialize();
  int tries = 0;
  while (!start()) {
    if (++tries == ports_to_try)
      throw std::runtime_error("PostgreSQL does not start:\n" + text_of(folder_ + "/log"));
  }
  postgres::Connection connection(superuser_url());
  connection.execute("CREATE ROLE slipway LOGIN");
  connection.execute("GRANT CREATE ON DATABASE postgres TO slipway");
}

PostgresServer::~PostgresServer() {
  if (process_ > 0) {
    kill(process_, SIGQUIT);  // at once; nobody needs what it holds
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::initialize() {
  const pid_t child =
      spawn({programs + "initdb", "-D", folder_ + "/data", "-U", "postgres", "--auth=trust",
             "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"},
            folder_ + "/log");
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed:\n" + text_of(folder_ + "/log"));
}

// fsync is off for tests only: what they look at is not lost with the power. Memory that is shared
// in files of its folder goes with the folder, however the server ends.
bool PostgresServer::start() {
  port_ = free_port();
  process_ = spawn({programs + "postgres",
                    "-D",
                    folder_ + "/data",
                    "-k",
                    folder_,
                    "-p",
                    std::to_string(port_),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "fsync=off",
                    "-c",
                    "full_page_writes=off",
                    "-c",
                    "shared_buffers=32MB",
                    "-c",
                    "max_connections=60",
                    "-c",
                    "deadlock_timeout=100ms",
                    "-c",
                    "dynamic_shared_memory_type=mmap"},
                   folder_ + "/log");
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) return process_ = -1, false;
    try {
      postgres::Connection(superuser_url()).run({{"SELECT 1"}});
      return true;
    } catch (const postgres::Failure&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // before it is asked again
    }
  }
  throw std::runtime_error("PostgreSQL does not answer:\n" + text_of(folder_ + "/log"));
}

std::string PostgresServer::url() const {
  return "postgresql://slipway@127.0.0.1:" + std::to_string(port_) + "/postgres";
}

std::string PostgresServer::superuser_url() const {
  return "postgresql://postgres@127.0.0.1:" + std::to_string(port_) + "/postgres";
}

EmptySchema::EmptySchema() {
  static int number = 0;
  name_ = "test" + std::to_string(++number);
  postgres::Connection(PostgresServer::started().superuser_url())
      .execute("CREATE SCHEMA " + name_ + " AUTHORIZATION slipway");
}

EmptySchema::~EmptySchema() {
  try {
    postgres::Connection(PostgresServer::started().superuser_url())
        .execute("SET client_min_messages = warning; DROP SCHEMA " + name_ + " CASCADE");
  } catch (const postgres::Failure&) {
    // The server ends with the program.
  }
}

std::string EmptySchema::url() const {
  return PostgresServer::started().url() + "?options=-csearch_path%3D" + name_;
}

std::string EmptySchema::superuser_url() const {
  return PostgresServer::started().superuser_url() + "?options=-csearch_path%3D" + name_;
}

}  // namespace slipway::cloud::test
