#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "client.h"

namespace slipway::http {
namespace {

namespace fs = std::filesystem;
using test::Client;
using test::get;
using test::Running;

void says_here(const Request&, const Reply& reply) {
  reply(json(200, "here"));
}

std::string error_of(const std::string& address) {
  Loop loop;
  Server server(loop, says_here);
  const auto result = server.listen(address);
  if (result) return "none";
  EXPECT_NE(result.error().message.find(address), std::string::npos);
  EXPECT_NE(result.error().hint, "");
  return result.error().type;
}

TEST(Listen, AtPortZeroTellsTheRealPort) {
  Running server(says_here);
  EXPECT_TRUE(server.url().starts_with("http://127.0.0.1:"));
  EXPECT_FALSE(server.url().ends_with(":0"));
  EXPECT_EQ(server.ask(get("/")).body, "here");
}

TEST(Listen, AtABusyPortSaysSo) {
  Running server(says_here);
  EXPECT_EQ(error_of(server.url().substr(7)), "address-in-use");
}

TEST(Listen, AtSomethingThatIsNoAddressSaysSo) {
  for (const char* address :
       {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "example.com:80",
        "::1:80", "[127.0.0.1]:80", "300.0.0.1:80", "127.0.0.1:80x", "unix:"}) {
    EXPECT_EQ(error_of(address), "bad-address") << address;
  }
  EXPECT_EQ(error_of("unix:/" + std::string(200, 'x')), "bad-address");
}

TEST(Listen, AtAnotherMachinesAddressSaysSo) {
  EXPECT_EQ(error_of("192.0.2.1:0"), "address-not-available");  // RFC 5737: nobody's
}

TEST(Listen, AtLocalhostIsLoopback) {
  Running server(says_here, {}, "localhost:0");
  EXPECT_TRUE(server.url().starts_with("http://127.0.0.1:"));
}

class UnixSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "slipway-socket-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "s").string(); }
  std::string address() const { return "unix:" + path(); }

  fs::path folder_;
};

TEST_F(UnixSocket, ServesItsOwnerAlone) {
  {
    Running server(says_here, {}, address());
    EXPECT_EQ(server.url(), address());
    EXPECT_EQ(server.ask(get("/")).body, "here");
    struct stat status {};
    ASSERT_EQ(stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
  }
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(UnixSocket, IsNotTakenFromALivingServer) {
  Running server(says_here, {}, address());
  EXPECT_EQ(error_of(address()), "address-in-use");
  EXPECT_EQ(server.ask(get("/")).body, "here");
}

TEST_F(UnixSocket, ReplacesOneThatAKilledProcessLeft) {
  const int left = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path().c_str(), sizeof name.sun_path - 1);
  ASSERT_EQ(bind(left, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  close(left);
  ASSERT_TRUE(fs::exists(path()));
  Running server(says_here, {}, address());
  EXPECT_EQ(server.ask(get("/")).body, "here");
}

TEST_F(UnixSocket, NeverReplacesAFile) {
  std::ofstream(path()) << "precious";
  EXPECT_EQ(error_of(address()), "address-in-use");
  EXPECT_EQ(fs::file_size(path()), 8u);
}

TEST(Listen, AtSeveralAddresses) {
  Loop loop;
  Server server(loop, says_here);
  ASSERT_TRUE(server.listen("127.0.0.1:0"));
  const std::string first = server.url();
  ASSERT_TRUE(server.listen("127.0.0.1:0"));
  EXPECT_EQ(server.url(), first);
}

}  // namespace
}  // namespace slipway::http
