// The database itself enforces the published table of statuses and the fixed body.
#include "device.h"

namespace slipway::store {
namespace {

bool allowed(Status from, Status to, bool sent) {
  if (from == to) return true;
  const auto one_of = [&](std::initializer_list<Status> list) {
    return std::find(list.begin(), list.end(), to) != list.end();
  };
  using enum Status;
  switch (from) {
    case pending:
      return one_of({processing, success, conflict, error, discarding}) ||
             (to == discarded && !sent);
    case processing:
      return one_of({pending, success, conflict, error, discarding});
    case conflict:
    case error:
      return one_of({discarded, success, pending});
    case discarding:
      return one_of({discarded, success, error});
    case success:
      return to == pending;
    case discarded:
      return false;
  }
  return false;
}

// Puts an entry into a status behind the guards' back.
void force(Device& desk, EntryId id, Status status, bool sent) {
  const std::string edges =
      desk.one("SELECT sql FROM sqlite_schema WHERE name = 'SyncQueue_status_edges'");
  desk.run("DROP TRIGGER SyncQueue_status_edges");
  desk.run("UPDATE SyncQueue SET status = '" + std::string(to_text(status)) +
           "', sentAt = " + (sent ? "'x'" : "NULL") + " WHERE id = " + std::to_string(id));
  desk.run(edges);
}

TEST(Guards, AllowExactlyThePublishedStatusEdges) {
  Device desk;
  const EntryId id = desk.create_parent("p1");
  for (bool sent : {false, true}) {
    for (Status from : all_statuses) {
      for (Status to : all_statuses) {
        force(desk, id, from, sent);
        bool done = true;
        try {
          desk.run("UPDATE SyncQueue SET status = '" + std::string(to_text(to)) + "'");
        } catch (const sqlite::Failure&) {
          done = false;
        }
        EXPECT_EQ(done, allowed(from, to, sent))
            << to_text(from) << " -> " << to_text(to) << (sent ? " sent" : "");
      }
    }
  }
}

TEST(Guards, NoPartOfABodyCanBeChanged) {
  Device desk;
  desk.create_parent("p1");
  for (const TextRow& column : desk.query("SELECT name FROM pragma_table_info('SyncQueue')")) {
    const std::set<std::string> may_change = {"status",   "errorMessage",  "attempts", "updatedAt",
                                              "sentAt",   "nextAttemptAt", "receipt",  "receiptSeq",
                                              "conflict", "voidState"};
    const std::string set = "UPDATE SyncQueue SET \"" + column[0] + "\" = \"" + column[0] + "\"";
    if (may_change.contains(column[0]))
      EXPECT_NO_THROW(desk.run(set)) << column[0];
    else
      EXPECT_THROW(desk.run(set), sqlite::Failure) << column[0];
  }
}

TEST(Guards, OpenEntriesAreNeverDeletedAndNewOnesArePending) {
  Device desk;
  const EntryId id = desk.create_parent("p1");
  EXPECT_THROW(desk.run("DELETE FROM SyncQueue"), sqlite::Failure);
  EXPECT_THROW(desk.run("INSERT INTO SyncQueue (entityType, entityId, action, payload, status, "
                        "updatedAt, clientRequestId)"
                        " VALUES ('P', '1', 'X', '{}', 'SUCCESS', '', 'id')"),
               sqlite::Failure);
  ASSERT_TRUE(desk.discard(id));
  EXPECT_THROW(desk.run("DELETE FROM SyncQueue"), sqlite::Failure);  // its void is owed
  desk.meet();
  desk.settle_all();
  EXPECT_NO_THROW(desk.run("DELETE FROM SyncQueue"));
}

TEST(Guards, TheAuditIsAppendOnly) {
  Device desk;
  desk.meet();
  desk.create_parent("p1");
  desk.settle_all();
  EXPECT_EQ(desk.one("SELECT kind || outcome FROM SyncAttempt"), "writeapplied");
  EXPECT_THROW(desk.run("UPDATE SyncAttempt SET outcome = 'x'"), sqlite::Failure);
}

TEST(Guards, ThatAToolDroppedAreMadeAnewAtStart) {
  Device desk;
  const auto guards = desk.query(
      "SELECT name, sql FROM sqlite_schema WHERE name LIKE 'Sync%' AND sql IS NOT NULL ORDER BY "
      "name");
  desk.run(
      "DROP TRIGGER SyncQueue_status_edges; DROP TRIGGER SyncQueue_open_stays; DROP INDEX "
      "SyncQueue_open_lane_idx");
  desk.open();
  EXPECT_EQ(desk.query("SELECT name, sql FROM sqlite_schema WHERE name LIKE 'Sync%' AND sql IS NOT "
                       "NULL ORDER BY name"),
            guards);
}

}  // namespace
}  // namespace slipway::store
