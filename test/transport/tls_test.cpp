// Certificates are verified unless the settings name who else is to be trusted. The server is the
// openssl program's; where it is missing, these tests are skipped.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/check.h"
#include "transport/slipway_transport.h"
#include "transport/task_queue.h"

namespace slipway::test {
namespace {

// A folder with a self-signed certificate for `name`, and a server that shows it.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name) {
    char folder[] = "/tmp/slipway-tls-XXXXXX";
    CHECK(mkdtemp(folder));
    folder_ = folder;
    const std::string make =
        "cd " + folder_ +
        " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        " -keyout key.pem -out cert.pem -days 2 -subj /CN=test"
        " -addext subjectAltName=" +
        name + " >/dev/null 2>&1";
    made_ = std::system(make.c_str()) == 0;
    if (made_) start();
  }

  ~TlsServer() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
      ::close(input_);
      ::close(output_);
    }
    std::filesystem::remove_all(folder_);
  }

  bool made() const { return made_; }
  std::string certificate() const { return folder_ + "/cert.pem"; }
  std::string url() const { return "https://127.0.0.1:" + port_; }

 private:
  void start() {
    int in[2], out[2];
    CHECK(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    const std::string key = folder_ + "/key.pem", cert = certificate();
    const char* arguments[] = {"openssl", "s_server",  "-accept", "127.0.0.1:0", "-www",
                               "-key",    key.c_str(), "-cert",   cert.c_str(),  nullptr};
    made_ = posix_spawnp(&process_, "openssl", &actions, nullptr, const_cast<char**>(arguments),
                         environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    read_port();
  }

  void read_port() {  // it prints "ACCEPT 127.0.0.1:PORT" when it listens
    std::string text;
    char byte = 0;
    while (read(output_, &byte, 1) == 1) {
      text += byte;
      const auto at = text.find("ACCEPT ");
      if (byte == '\n' && at != text.npos) {
        port_ = text.substr(text.rfind(':') + 1);
        port_.pop_back();
        return;
      }
    }
    made_ = false;
  }

  std::string folder_;
  std::string port_;
  bool made_ = false;
  pid_t process_ = 0;
  int input_ = -1, output_ = -1;
};

std::string message_of_probe(const std::string& url, const std::string& ca_file) {
  TaskQueue queue;
  TokenFile token("t");
  HttpOptions http = direct();
  http.ca_file = ca_file;
  SlipwayTransport transport({url, token.path(), http}, queue.post());
  std::optional<Failure> failure;
  transport.probe([&](const auto& result) { failure = result ? Failure{} : result.error(); });
  queue.run_until([&] { return failure.has_value(); });
  EXPECT_EQ(failure->means, FailureClass::unreachable);
  return failure->message;
}

TEST(Tls, ACertificateThatNobodyVouchesForIsRefusedUnlessTheSettingsNameIt) {
  TlsServer server("IP:127.0.0.1");
  if (!server.made()) GTEST_SKIP() << "openssl is missing";
  EXPECT_NE(message_of_probe(server.url(), "").find("No secure connection"), std::string::npos);
  // Trusted, it gets as far as an answer, which is openssl's page and no cloud's.
  EXPECT_NE(message_of_probe(server.url(), server.certificate()).find("is not Slipway's"),
            std::string::npos);
  EXPECT_NE(message_of_probe(server.url(), "/no/such/file").find("cannot be read"),
            std::string::npos);
}

TEST(Tls, ATrustedCertificateOfAnotherHostIsRefused) {
  TlsServer server("DNS:other.example");
  if (!server.made()) GTEST_SKIP() << "openssl is missing";
  EXPECT_NE(message_of_probe(server.url(), server.certificate()).find("No secure connection"),
            std::string::npos);
}

}  // namespace
}  // namespace slipway::test
