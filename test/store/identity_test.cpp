// A file that was copied or restored: entries keep their ids, new ones are numbered anew.
#include "device.h"
#include "model/client_request_id.h"

namespace slipway::store {
namespace {

class Identities : public testing::Test {
 protected:
  void SetUp() override {
    desk.place = "machine 1";
    desk.open();
    desk.meet();
  }
  std::string incarnation() { return desk->identity()->incarnation; }
  Receipt receipt_of_stranger(std::int64_t number) {
    Receipt receipt{
        "00000000-0000-5000-8000-000000000000", Verdict::applied, 0, {}, {}, std::nullopt};
    receipt.incarnation = incarnation();
    receipt.number = number;
    return receipt;
  }
  Device desk;
};

TEST_F(Identities, TheSamePlaceKeepsTheIncarnation) {
  const std::string before = incarnation();
  desk.create_parent("p1");
  desk.open();
  EXPECT_EQ(incarnation(), before);
  EXPECT_EQ(desk.entry(desk.create_parent("p2")).body.number, 2);
}

TEST_F(Identities, AnotherPlaceNumbersNewEntriesAnewAndReissuesNothing) {
  const EntryId old = desk.create_parent("p1");
  const Entry before = desk.entry(old);
  desk.place = "machine 2";
  desk.open();
  EXPECT_NE(incarnation(), before.body.incarnation);
  EXPECT_EQ(desk.entry(old).client_request_id, before.client_request_id);
  const Entry fresh = desk.entry(desk.create_parent("p2"));
  EXPECT_EQ(fresh.body.incarnation, incarnation());
  EXPECT_EQ(fresh.body.number, 1);
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 2u);
  EXPECT_EQ(request->items[0].id, before.client_request_id);
}

TEST_F(Identities, WhoDoesNotKnowThePlaceChangesNothing) {
  const std::string before = incarnation();
  desk.place = "";
  desk.open();
  EXPECT_EQ(incarnation(), before);
  desk.place = "machine 1";
  desk.open();
  EXPECT_EQ(incarnation(), before);
}

TEST_F(Identities, AReceiptForANumberThatThisFileHasNotGivenIsACopysOrALostEntrys) {
  desk.create_parent("p1");
  desk.settle_all();
  desk.run("DELETE FROM SyncQueue");
  const std::string before = incarnation();
  ASSERT_TRUE(desk.absorb(desk.page({}, {receipt_of_stranger(1)})));
  EXPECT_EQ(incarnation(), before) << "an entry that was purged";
  ASSERT_TRUE(desk.absorb(desk.page({}, {receipt_of_stranger(2)})));
  EXPECT_NE(incarnation(), before);
  EXPECT_EQ(desk.entry(desk.create_parent("p2")).body.number, 1);
}

TEST_F(Identities, AReceiptForANumberThatAnotherEntryHoldsIsACopysToo) {
  const EntryId mine = desk.create_parent("p1");
  const std::string before = incarnation();
  ASSERT_TRUE(desk.absorb(desk.page({}, {receipt_of_stranger(1)})));
  EXPECT_NE(incarnation(), before);
  // What was captured until then says so when it is sent; what comes later need not.
  const EntryId later = desk.create_parent("p2");
  const auto request = desk.push();
  ASSERT_EQ(request->items.size(), 2u);
  EXPECT_EQ(request->items[0].id, desk.entry(mine).client_request_id);
  EXPECT_TRUE(request->items[0].shared);
  EXPECT_EQ(request->items[1].id, desk.entry(later).client_request_id);
  EXPECT_FALSE(request->items[1].shared);
}

TEST_F(Identities, AlsoOneThatWasDiscardedBeforeItWasSent) {
  ASSERT_TRUE(desk.discard(desk.create_parent("p1")));
  desk.create_parent("p2");
  const std::string before = incarnation();
  ASSERT_TRUE(desk.absorb(desk.page({}, {receipt_of_stranger(1)})));
  EXPECT_NE(incarnation(), before);
}

TEST_F(Identities, AReceiptOfAnEarlierIncarnationSaysNothing) {
  const Receipt old = receipt_of_stranger(7);
  desk.place = "machine 2";
  desk.open();
  const std::string before = incarnation();
  ASSERT_TRUE(desk.absorb(desk.page({}, {old})));
  EXPECT_EQ(incarnation(), before);
}

TEST_F(Identities, AReusedNumberParksTheEntryAndRetrySendsItUnderAnother) {
  const EntryId id = desk.create_parent("p1");
  const Entry before = desk.entry(id);
  desk.push();
  const Page page = desk.page({}, {receipt(before, Verdict::rejected, "key-reused")});
  desk.finish(page.receipts, page);
  EXPECT_EQ(desk.status(id), Status::error);
  EXPECT_NE(desk.entry(id).error_message->find("Another copy of this database"), std::string::npos);
  EXPECT_NE(incarnation(), before.body.incarnation);
  EXPECT_EQ(desk.one("SELECT name FROM Parent"), "p");
  const auto decided = desk.retry(id);
  ASSERT_EQ(decided->appended.size(), 1u);
  const Entry& after = decided->appended.front();
  EXPECT_EQ(after.body.incarnation, incarnation());
  EXPECT_EQ(after.body.number, 1);
  EXPECT_NE(after.client_request_id, before.client_request_id);
  EXPECT_EQ(after.body.supersedes, before.client_request_id);
  desk.settle_all();
  EXPECT_EQ(desk.status(after.id), Status::success);
}

}  // namespace
}  // namespace slipway::store
