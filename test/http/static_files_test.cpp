#include "http/static_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "recorded.h"

namespace slipway::http {
namespace {

namespace fs = std::filesystem;

class StaticFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "slipway-static-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    top_ = pattern;
    write("panel/index.html", "<the panel>");
    write("panel/assets/app-1a2b.js", "script");
    write("panel/icon.svg", "<svg/>");
    write("panel/.secret", "hidden");
    write("panel/sub/page.html", "page");
    write("outside.txt", "outside");
    fs::create_symlink(top_ / "outside.txt", top_ / "panel/link.txt");
  }
  void TearDown() override { fs::remove_all(top_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((top_ / name).parent_path());
    std::ofstream(top_ / name) << text;
  }
  Response get(const std::string& path, Headers headers = {}) {
    return test::answer(static_files(top_ / "panel/"),
                        test::request("GET", path, std::move(headers)));
  }

  fs::path top_;
};

TEST_F(StaticFiles, ServesAFileWithItsTypeAndPolicy) {
  const Response response = get("/icon.svg");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, "<svg/>");
  EXPECT_EQ(response.content_type, "image/svg+xml");
  EXPECT_TRUE(test::header(response, "Content-Security-Policy").starts_with("default-src 'self'"));
  EXPECT_EQ(test::header(response, "Cache-Control"), "no-cache");
}

TEST_F(StaticFiles, GivesTheAppForItsOwnRoutes) {
  for (const char* path : {"/", "/queue", "/queue/12", "/sub", "/sub/"}) {
    EXPECT_EQ(get(path).body, "<the panel>") << path;
  }
  EXPECT_EQ(get("/missing.js").status, 404u);
}

TEST_F(StaticFiles, CachesForEverOnlyWhatIsNamedByItsContent) {
  EXPECT_EQ(test::header(get("/assets/app-1a2b.js"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/assets/gone").body, "<the panel>");
  EXPECT_EQ(test::header(get("/assets/gone"), "Cache-Control"), "no-cache");
}

TEST_F(StaticFiles, AnswersThatAKnownFileHasNotChanged) {
  const std::string etag = test::header(get("/icon.svg"), "ETag");
  ASSERT_FALSE(etag.empty());
  const Response same = get("/icon.svg", {{"if-none-match", "\"other\", " + etag}});
  EXPECT_EQ(same.status, 304u);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(get("/icon.svg", {{"if-none-match", "W/\"other\""}}).status, 200u);
  write("panel/icon.svg", "<svg>longer</svg>");
  EXPECT_EQ(get("/icon.svg", {{"if-none-match", etag}}).status, 200u);
}

TEST_F(StaticFiles, NeverLeavesTheFolder) {
  for (const char* path :
       {"/../outside.txt", "/sub/../../outside.txt", "/./../outside.txt", "/..\\outside.txt",
        "//outside.txt", "/link.txt", "/sub/../icon.svg", "/.secret", "/c:/outside.txt"}) {
    EXPECT_EQ(get(path).status, 404u) << path;
  }
  EXPECT_EQ(get(std::string("/icon.svg\0.txt", 14)).status, 404u);
  EXPECT_EQ(get((top_ / "outside.txt").string()).status, 404u);
}

TEST_F(StaticFiles, TakesOnlyGetAndHead) {
  const Handler files = static_files(top_ / "panel");
  EXPECT_EQ(test::answer(files, test::request("HEAD", "/icon.svg")).status, 200u);
  const Response response = test::answer(files, test::request("POST", "/icon.svg"));
  EXPECT_EQ(response.status, 405u);
  EXPECT_EQ(test::header(response, "Allow"), "GET, HEAD");
}

TEST(StaticFilesWithoutAFolder, FindNothing) {
  EXPECT_EQ(test::answer(static_files("/no/such/folder"), test::request("GET", "/")).status, 404u);
}

}  // namespace
}  // namespace slipway::http
