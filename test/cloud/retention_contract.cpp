// What a ledger forgets, what it never forgets, and how far its backups go.
#include "cloud/limits.h"
#include "ledger_contract.h"

namespace slipway::cloud::test {

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr WallTime noon{1'795'000'000'000};
constexpr WallTime much_later{noon.ms_since_1970 + 91 * ms_per_day};

Item shipment_number(Desk& desk, int number) {
  return desk.create({"Shipment", "shp_" + std::to_string(number)}, {{"id", number}});
}

}  // namespace

// Old receipts go in pieces; gives how many there were.
int LedgerContract::purge(WallTime now, std::int64_t limit) {
  ledger->keep_receipts(90);
  int pieces = 0;
  while (ledger->purge_receipts(now, limit).value()) ++pieces;
  return pieces;
}

int LedgerContract::purge(std::int64_t limit) {
  return purge(much_later, limit);
}

TEST_P(LedgerContract, CapabilitiesSayHowLongReceiptsAreKept) {
  EXPECT_EQ(ledger->capabilities(acme)->receipts_kept_days, std::nullopt) << "for good";
  ledger->keep_receipts(90);
  EXPECT_EQ(ledger->capabilities(acme)->receipts_kept_days, 90);
}

TEST_P(LedgerContract, AReceiptIsKeptUntilItIsOldAndHasReachedItsDevice) {
  const Item item = shipment_number(hamburg, 1);
  const Version at = push({item}).head;
  EXPECT_EQ(purge(), 0) << "it has not reached its device";
  pull(at);
  EXPECT_EQ(purge(noon, 1000), 0) << "it is not old";
  EXPECT_TRUE(ledger->request(acme.tenant, acme.device, item.id)->has_value());
  EXPECT_EQ(purge(), 1);
  EXPECT_FALSE(ledger->request(acme.tenant, acme.device, item.id)->has_value());
}

TEST_P(LedgerContract, AnotherDevicesCursorSaysNothing) {
  const Item item = shipment_number(hamburg, 1);
  const Version at = push({item}).head;
  owner("acme", "New York");
  pull(at, 1000, "New York");
  EXPECT_EQ(purge(), 0);
}

TEST_P(LedgerContract, WhatWasJudgedIsNeverJudgedAgain) {
  const Item made = hamburg.create(shipment, {{"status", "new"}});
  const Item gone = hamburg.remove(shipment, {{"status", "new"}});
  push({made});
  pull(push({gone}).head);
  purge();
  const Version before = head();
  for (int round = 0; round < 2; ++round) {
    const PushAnswer answer = push({made, void_of(gone)});
    EXPECT_EQ(answer.verdicts.at(0).verdict, Verdict::expired);
    EXPECT_EQ(answer.verdicts.at(1).verdict, Verdict::expired);
    EXPECT_EQ(answer.head, before);
    reopen();
  }
}

TEST_P(LedgerContract, WhatTakesThePlaceOfWhatIsForgottenIsNotTakenForNew) {
  const Item made = hamburg.create(shipment, {{"status", "new"}});
  pull(push({made}).head);
  purge();
  Item again = made;
  again.write->number = again.number = 2;
  again.write->supersedes = made.id;
  again.replaces = {{made.id, true, made.incarnation, made.number}};
  const PushAnswer answer = push({with_id_of_body(again)});
  EXPECT_EQ(answer.verdicts.at(0).verdict, Verdict::expired);
  EXPECT_FALSE(ledger->request(acme.tenant, acme.device, made.id)->has_value());
}

TEST_P(LedgerContract, ExactlyTheJudgedNumbersAreKept) {
  std::vector<Item> items;
  for (int i = 1; i <= 9; ++i) items.push_back(shipment_number(hamburg, i));
  const auto judged = [](int number) { return number != 3 && number != 6 && number != 7; };
  for (int i : {9, 1, 4, 8, 2, 5}) {
    pull(push({items[std::size_t(i) - 1]}).head);
    purge(1);
  }
  for (int i = 1; i <= 9; ++i) {
    const Receipt receipt = push_one(items[std::size_t(i) - 1]);
    EXPECT_EQ(receipt.verdict, judged(i) ? Verdict::expired : Verdict::applied) << i;
  }
}

TEST_P(LedgerContract, AnotherEntryUnderAForgottenNumberIsNotJudged) {
  Desk copy("inc-hamburg");
  pull(push({shipment_number(hamburg, 1)}).head);
  purge();
  EXPECT_EQ(push_one(shipment_number(copy, 2)).verdict, Verdict::expired);
  EXPECT_EQ(push_one(shipment_number(copy, 3)).verdict, Verdict::applied);
}

TEST_P(LedgerContract, AGroupIsForgottenWhole) {
  const std::vector<Item> group = grouped(
      {shipment_number(hamburg, 1), shipment_number(hamburg, 2), shipment_number(hamburg, 3)});
  pull(push(group).head);
  EXPECT_EQ(purge(1), 1);
  const PushAnswer answer = push(group);
  for (const Receipt& verdict : answer.verdicts) EXPECT_EQ(verdict.verdict, Verdict::expired);
}

TEST_P(LedgerContract, EachPieceIsBounded) {
  Version at;
  for (int i = 1; i <= 10; ++i) at = push({shipment_number(hamburg, i)}).head;
  pull(at);
  EXPECT_EQ(purge(3), 4);
}

TEST_P(LedgerContract, WithoutBackupsNoPointIsSafe) {
  push({shipment_number(hamburg, 1)});
  EXPECT_EQ(ledger->capabilities(acme)->safe, std::nullopt);
  EXPECT_EQ(pull({}).safe, std::nullopt);
}

TEST_P(LedgerContract, TheSafePointIsWhatTheOldestKeptBackupContains) {
  std::vector<Version> points;
  const auto back_up = [&](bool made, std::optional<std::int64_t> kept) {
    push({shipment_number(hamburg, int(points.size()) + 1)});
    points.push_back(head());
    const auto backup = ledger->begin_backup("copy", noon);
    ASSERT_TRUE(backup) << backup.error().message;
    ASSERT_TRUE(ledger->end_backup(*backup, made, kept));
  };
  back_up(true, {});
  back_up(true, {});
  EXPECT_EQ(ledger->capabilities(acme)->safe, points[0]) << "all are kept";
  back_up(false, 1);
  EXPECT_EQ(ledger->capabilities(acme)->safe, points[0]) << "it was not made";
  back_up(true, 2);
  EXPECT_EQ(ledger->capabilities(acme)->safe, points[1]);
  back_up(true, {});
  reopen();
  EXPECT_EQ(ledger->capabilities(acme)->safe, points[3]);
  EXPECT_EQ(pull({}).safe, points[3]);
  EXPECT_EQ(push({shipment_number(hamburg, 9)}).safe, points[3]);
}

TEST_P(LedgerContract, ABackupThatIsBeingMadeCountsForNothing) {
  push({shipment_number(hamburg, 1)});
  ASSERT_TRUE(ledger->begin_backup("copy", noon));
  EXPECT_EQ(ledger->capabilities(acme)->safe, std::nullopt);
}

// A restored copy holds a note of itself, as of one that is being made.
TEST_P(LedgerContract, TheCopyThatWasRestoredMayBeRestoredAgain) {
  push({shipment_number(hamburg, 1)});
  const Version restored = head();
  ASSERT_TRUE(ledger->begin_backup("copy", noon));
  push({shipment_number(hamburg, 2)});
  const auto next = ledger->begin_backup("another", noon);
  ASSERT_TRUE(ledger->end_backup(*next, true, 2));
  EXPECT_EQ(ledger->capabilities(acme)->safe, restored);
}

TEST_P(LedgerContract, ABackupWhoseMakerDiedIsNoneOfThoseThatAreKept) {
  push({shipment_number(hamburg, 1)});
  const Version first = head();
  ASSERT_TRUE(ledger->end_backup(ledger->begin_backup("one", noon).value(), true, 2));
  push({shipment_number(hamburg, 2)});
  ASSERT_TRUE(ledger->begin_backup("died", noon));
  push({shipment_number(hamburg, 3)});
  ASSERT_TRUE(ledger->end_backup(ledger->begin_backup("two", noon).value(), true, 2));
  EXPECT_EQ(ledger->capabilities(acme)->safe, first) << "\"one\" and \"two\" are kept";
}

TEST_P(LedgerContract, ATenantThatIsNotInTheOldestBackupHasNoSafePoint) {
  const auto backup = ledger->begin_backup("copy", noon);
  ASSERT_TRUE(ledger->end_backup(*backup, true, {}));
  const TokenOwner later = owner("globex", "Hamburg");
  EXPECT_EQ(ledger->capabilities(later)->safe, std::nullopt);
  EXPECT_EQ(ledger->capabilities(acme)->safe, origin());
}

}  // namespace slipway::cloud::test
