// What comes by the stream beside the exchanges: a page that follows the cursor is taken at once,
// everything else is a hint to pull.
#include "worker/desk.h"

namespace slipway {
namespace {

using namespace std::chrono_literals;

class Stream : public testing::Test {
 protected:
  void SetUp() override {
    desk.crash();
    desk.network.streams = true;
    desk.open();
    desk.start();
    desk.run_for(1s);
    ASSERT_EQ(desk.network.streams_opened, 1);
  }
  Version cursor() { return desk.store->identity()->cursor.value(); }
  // What the cloud says after another desk's write.
  Poke news(const std::string& id) {
    const Version before = cursor();
    desk.cloud.write_elsewhere({"Note", id}, {{"id", id}, {"text", "live"}, {"number", nullptr}});
    const PullAnswer answer = desk.cloud.pull({"", before, 100});
    return {answer.head, answer.page};
  }
  Desk desk;
};

TEST_F(Stream, APageThatFollowsTheCursorIsShownWithoutAPull) {
  const int pulls = desk.network.pulls;
  desk.network.poke(news("n1"));
  EXPECT_TRUE(desk.row("n1"));
  EXPECT_EQ(cursor().seq, 1);
  EXPECT_EQ(desk.network.pulls, pulls);
}

TEST_F(Stream, APokeWithoutAPageIsPulled) {
  Poke poke = news("n1");
  poke.page.reset();
  desk.network.poke(poke);
  EXPECT_FALSE(desk.row("n1"));
  desk.run_for(1s);
  EXPECT_TRUE(desk.row("n1"));
}

TEST_F(Stream, APageFromElsewhereIsPulledAndARepeatedOneIsNothingNew) {
  const Poke first = news("n1");
  const Poke second = news("n2");  // begins where the first one did
  desk.network.poke(first);
  const Poke late = {second.head, second.page};
  desk.network.poke(late);
  EXPECT_FALSE(desk.row("n2"));
  desk.network.poke(first);
  EXPECT_EQ(cursor().seq, 1);
  desk.run_for(1s);
  EXPECT_TRUE(desk.row("n2"));
  EXPECT_EQ(cursor().seq, 2);
}

TEST_F(Stream, APageThatComesDuringAnExchangeWaitsForThePull) {
  desk.write("CREATE_NOTE", "mine", {{"text", "a"}});
  ASSERT_TRUE(desk.network.busy());
  desk.network.poke(news("n1"));
  EXPECT_FALSE(desk.row("n1"));
  desk.run_for(1s);
  EXPECT_TRUE(desk.row("n1"));
}

TEST_F(Stream, APageThatCannotBeStoredIsPulledLater) {
  const Poke poke = news("n1");
  {
    sqlite::Database other(desk.path(), sqlite::OpenMode::existing, Duration(0));
    sqlite::Transaction lock(other);
    desk.network.poke(poke);
    EXPECT_FALSE(desk.row("n1"));
  }
  desk.run_for(65s);
  EXPECT_TRUE(desk.row("n1"));
}

TEST_F(Stream, OneThatHasEndedSaysNothingMoreAndIsOpenedAgain) {
  const auto old_poke = desk.network.poke;
  const auto old_end = desk.network.end_stream;
  old_end({FailureClass::unreachable, "It broke.", 0, std::nullopt});
  old_poke(news("n1"));
  EXPECT_FALSE(desk.row("n1"));
  desk.run_for(65s);
  EXPECT_GE(desk.network.streams_opened, 2);
  const int opened = desk.network.streams_opened;
  old_end({FailureClass::unreachable, "Late.", 0, std::nullopt});
  desk.run_for(65s);
  EXPECT_EQ(desk.network.streams_opened, opened);
  EXPECT_TRUE(desk.row("n1"));
}

}  // namespace
}  // namespace slipway
