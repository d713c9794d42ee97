// What a failed send means for the entry that was sent alone: the cloud's word on it is final, all
// else is a matter of waiting.
#include "device.h"

namespace slipway::store {
namespace {

class FailedSend : public testing::TestWithParam<FailureClass> {
 protected:
  void SetUp() override {
    desk.meet();
    id = desk.create_parent("p1");
    ASSERT_TRUE(desk.push());
    failed = desk->fail_push({GetParam(), "It said so.", 0, {}}, 1, desk.now()).value();
    EXPECT_EQ(failed.entries, std::vector{id});
    EXPECT_EQ(failed.units, 1u);
    EXPECT_EQ(desk.one("SELECT outcome || detail FROM SyncAttempt"),
              std::string(to_text(GetParam())) + "It said so.");
    EXPECT_EQ(desk.one("SELECT name FROM Parent"), "p") << "what was written stays";
  }
  Device desk;
  EntryId id = 0;
  FailedPush failed;
};

class FinalWord : public FailedSend {};

TEST_P(FinalWord, ParksTheEntryWithWhatTheCloudSaid) {
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_EQ(desk.entry(id).error_message, "It said so.");
  EXPECT_FALSE(desk.push());
  ASSERT_TRUE(desk.retry(id));
  EXPECT_EQ(desk.push()->items.size(), 2u) << "the old id's void, and the entry";
}

INSTANTIATE_TEST_SUITE_P(All, FinalWord,
                         testing::Values(FailureClass::invalid, FailureClass::forbidden,
                                         FailureClass::too_large, FailureClass::key_reused));

class Waiting : public FailedSend {};

TEST_P(Waiting, LeavesTheEntryPendingUnderItsId) {
  const std::string request_id = desk.entry(id).client_request_id;
  EXPECT_EQ(desk.status(id), Status::pending);
  EXPECT_EQ(desk.push()->items.at(0).id, request_id);
}

INSTANTIATE_TEST_SUITE_P(All, Waiting,
                         testing::Values(FailureClass::unreachable, FailureClass::busy,
                                         FailureClass::in_progress, FailureClass::server_error,
                                         FailureClass::signed_out, FailureClass::upgrade_needed));

}  // namespace
}  // namespace slipway::store
