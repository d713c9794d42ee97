// The queries that run for each entry, row or exchange use an index: settled entries and shadows
// grow without end, and no hot query may walk them.
#include <fstream>
#include <regex>

#include "device.h"

namespace slipway::store {
namespace {

std::string plan(Device& desk, const std::string& sql) {
  std::string text;
  for (const TextRow& row : desk.query("EXPLAIN QUERY PLAN " + sql)) text += row[3] + "\n";
  return text;
}

void expect_indexed(Device& desk, const std::string& sql, const std::string& index = "") {
  const std::string text = plan(desk, sql);
  // "SCAN t USING INDEX" of a partial index walks only what that index holds.
  const std::regex scan(
      "SCAN (\"?Sync[A-Za-z]*\"?|[qsh])( |\n)(?!USING (COVERING )?INDEX "
      "(SyncQueue_open_lane|SyncQueue_owed_void|"
      "SyncShadow_quarantine)_idx)");
  EXPECT_FALSE(std::regex_search(text, scan)) << sql << "\n" << text;
  if (index.empty()) return;
  EXPECT_NE(text.find(index), std::string::npos) << sql << "\n" << text;
}

const std::string open = std::string("\"status\" IN ") + std::string(open_statuses);

TEST(QueryPlan, NoHotQueryScans) {
  Device desk;
  const std::string q = "FROM \"SyncQueue\" WHERE ",
                    lane = "\"entityType\" = ?1 AND \"entityId\" = ?2 AND ";
  expect_indexed(desk,
                 "SELECT \"id\", \"groupId\" " + q +
                     "\"status\" = 'PENDING' ORDER BY \"lanePosition\", \"id\"",
                 "SyncQueue_status_lanePosition_idx");
  EXPECT_EQ(
      plan(desk, "SELECT \"id\" " + q + "\"status\" = 'PENDING' ORDER BY \"lanePosition\", \"id\"")
          .find("TEMP B-TREE"),
      std::string::npos);
  expect_indexed(desk, "SELECT * " + q + lane + open + " ORDER BY \"lanePosition\", \"id\"",
                 "SyncQueue_open_lane_idx");
  expect_indexed(desk,
                 "SELECT \"id\" " + q + lane + "(\"lanePosition\", \"id\") < (?3, ?4) AND " + open +
                     " ORDER BY \"lanePosition\" DESC, \"id\" DESC",
                 "SyncQueue_open_lane_idx");
  expect_indexed(desk,
                 "SELECT \"id\" " + q + lane + "\"lanePosition\" <= ?3 AND \"voidState\" = 'owed'",
                 "SyncQueue_owed_void_idx");
  expect_indexed(desk, "SELECT \"id\" " + q + "\"voidState\" = 'owed' ORDER BY \"id\"");
  expect_indexed(desk, "SELECT * " + q + "\"clientRequestId\" = ?1",
                 "SyncQueue_clientRequestId_key");
  expect_indexed(desk, "SELECT * " + q + "\"id\" = ?1", "INTEGER PRIMARY KEY");
  expect_indexed(desk, "SELECT \"id\" " + q + "\"rootId\" = ?1 AND " + open,
                 "SyncQueue_rootId_idx");
  expect_indexed(desk, "SELECT * " + q + "\"groupId\" = ?1 ORDER BY \"lanePosition\", \"id\"",
                 "SyncQueue_groupId_idx");
  expect_indexed(desk,
                 "SELECT * FROM \"SyncShadow\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2",
                 "sqlite_autoindex_SyncShadow_1");
  expect_indexed(
      desk,
      "SELECT \"entityType\", \"entityId\" FROM \"SyncShadow\" WHERE \"quarantine\" IS NOT NULL",
      "SyncShadow_quarantine_idx");
}

// Every query that the store keeps prepared is read from its source, so that a new one is checked
// too.
TEST(QueryPlan, EveryQueryOfASyncTableInTheSourceIsIndexed) {
  Device desk;
  const std::set<std::string> may_scan = {
      "GROUP BY \"status\"",  // counts, from a covering index
      "\"SyncShadow\" WHERE \"seq\" > ?1", "SET \"seq\" = NULL",
      "\"seq\" IS NULL",  // once a change of the cloud's past
  };
  int checked = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(SLIPWAY_SOURCE_FOLDER) + "/src/store")) {
    if (file.path().extension() != ".cpp" || file.path().stem() == "doctor")
      continue;  // it looks at all
    std::ifstream stream(file.path());
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    text = std::regex_replace(text, std::regex("std::string\\(open_statuses\\)"),
                              "\"" + std::string(open_statuses) + "\"");
    text = std::regex_replace(text, std::regex("entry_columns"), "\"*\"");
    text =
        std::regex_replace(text, std::regex("\"\\s*\\+?\\s*\"(?!\\))"), "");  // pieces of one text
    const std::regex query("\"((SELECT|UPDATE|DELETE FROM) ([^\"\\\\]|\\\\.)*)\"");
    for (std::sregex_iterator found(text.begin(), text.end(), query), end; found != end; ++found) {
      const std::string sql = std::regex_replace((*found)[1].str(), std::regex("\\\\\""), "\"");
      const bool exempt = std::any_of(may_scan.begin(), may_scan.end(),
                                      [&](const auto& part) { return sql.find(part) != sql.npos; });
      if (exempt || sql.find("\"Sync") == sql.npos || sql.find("WHERE") == sql.npos) continue;
      std::string explained;
      try {
        expect_indexed(desk, sql);
        ++checked;
      } catch (const sqlite::Failure&) {
        continue;  // put together from parts at run time
      }
    }
  }
  EXPECT_GE(checked, 12);
}

}  // namespace
}  // namespace slipway::store
