// The doctor explains what is there, and finds what nothing explains.
#include "store/doctor.h"

#include <algorithm>

#include "device.h"
#include "store/meta.h"

namespace slipway::store {
namespace {

class Doctor : public testing::Test {
 protected:
  void SetUp() override {
    desk.meet();
    desk.create_parent("p1");
    desk.settle_all();
    desk.update_parent("p1", "mine");
  }
  std::vector<Finding> examine() {
    sqlite::Database file(desk.path(), sqlite::OpenMode::read_only, Duration(100));
    return store::examine(file);
  }
  // "subject: text" of all that is not fine.
  std::string found() {
    std::string text;
    for (const Finding& finding : examine()) {
      if (finding.grade != Grade::fine)
        text += std::string(to_text(finding.grade)) + " " + finding.subject + ": " + finding.text +
                "\n";
    }
    return text;
  }
  Device desk;
};

TEST_F(Doctor, FindsNothingInAFileThatWorks) {
  EXPECT_EQ(found(), "");
  EXPECT_GE(examine().size(), 7u);
}

TEST_F(Doctor, TellsWhatAPersonShouldKnow) {
  desk.push();
  const Page page = desk.page({}, {receipt(desk.entry(2), Verdict::conflict, "changed")});
  desk.finish(page.receipts, page);
  const EntryId dropped = desk.create_parent("p2");
  ASSERT_TRUE(desk.discard(dropped));
  ASSERT_TRUE(
      desk.absorb(desk.page({row("Child", "c1", R"({"id":"c1","title":"t","parentId":"p9"})")})));
  ASSERT_TRUE(desk->history_request("exchange", 10));
  const std::string text = found();
  for (const char* subject : {"note parked: 1 entry needs", "note voids: 1 discarded entry is",
                              "note quarantined: 1 row"})
    EXPECT_NE(text.find(subject), std::string::npos) << subject << "\n" << text;
  EXPECT_EQ(text.find("unexplained"), std::string::npos) << text;
}

TEST_F(Doctor, FindsRowsThatWereChangedBehindOurBack) {
  desk.run("UPDATE Parent SET name = 'by hand'");
  EXPECT_NE(found().find("unexplained rows: "), std::string::npos);
}

TEST_F(Doctor, FindsAlteredEntriesAndMissingGuards) {
  desk.run("DROP TRIGGER SyncQueue_body_is_fixed");
  desk.run("UPDATE SyncQueue SET payload = '{\"name\":\"forged\"}' WHERE id = 2");
  const std::string text = found();
  EXPECT_NE(text.find("unexplained guards: 1 of the five"), std::string::npos) << text;
  EXPECT_NE(text.find("unexplained ids: "), std::string::npos) << text;
  EXPECT_NE(text.find("#2"), std::string::npos) << text;
}

TEST_F(Doctor, CountsManyLikeThingsAndNamesSome) {
  for (int i = 2; i <= 8; ++i) desk.create_parent("p" + std::to_string(i));
  desk.run("DROP TRIGGER SyncQueue_body_is_fixed");
  desk.run("UPDATE SyncQueue SET payload = '{}'");
  const std::string text = found();
  EXPECT_NE(text.find("#5 and 4 more. Open ones"), std::string::npos) << text;
}

TEST_F(Doctor, TellsOfAFileThatHasNotMetItsCloud) {
  Device other;
  sqlite::Database file(other.path(), sqlite::OpenMode::read_only, Duration(100));
  const auto findings = store::examine(file);
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.text == "This file has not met its cloud yet.";
  }));
}

TEST_F(Doctor, FindsACursorThatCannotBeOne) {
  desk.run("UPDATE sync_meta SET value = 'garbage' WHERE key = 'cursor'");
  EXPECT_NE(found().find("unexplained cursor: It is not known up to which commit"),
            std::string::npos)
      << found();
  desk.run("UPDATE sync_meta SET value = '1-0123456789abcdef' WHERE key = 'cursor'");
  EXPECT_NE(found().find("unexplained cursor: The cursor, commit 1-0123456789abcdef, cannot be"),
            std::string::npos)
      << found();
}

TEST_F(Doctor, FindsReferencesToNothingAndAFileWithoutIdentity) {
  desk.run("PRAGMA foreign_keys = OFF");
  desk.run("INSERT INTO Child VALUES ('c9', 't', 'nobody')");
  desk.run("DELETE FROM sync_meta WHERE key = 'incarnation'");
  const std::string text = found();
  EXPECT_NE(text.find("unexplained file: 1 row refers to rows that"), std::string::npos) << text;
  EXPECT_NE(text.find("unexplained identity: "), std::string::npos) << text;
}

TEST_F(Doctor, FindsADamagedFile) {
  desk.run("PRAGMA writable_schema = ON");  // a column that must have a value has none
  desk.run(
      "UPDATE sqlite_schema SET sql = replace(sql, 'TEXT UNIQUE', 'TEXT NOT NULL UNIQUE') WHERE "
      "name = 'Parent'");
  EXPECT_NE(found().find("unexplained file: SQLite finds the file damaged"), std::string::npos);
}

TEST_F(Doctor, TellsOfAPastThatHasChangedAndOfRowsThatNothingMends) {
  write_meta(desk.raw(), meta_key::generation, "2");
  write_meta(desk.raw(), meta_key::incarnation_why, "the file was copied");
  desk.run("UPDATE SyncShadow SET seq = NULL");
  const std::string text = found();
  EXPECT_NE(text.find("note identity: The cloud's past has changed 2 times"), std::string::npos)
      << text;
  EXPECT_NE(text.find("because the file was copied."), std::string::npos) << text;
  EXPECT_NE(text.find("unexplained cursor: 1 row has lost its version"), std::string::npos) << text;
}

TEST_F(Doctor, TellsOfCommitsAndEntriesStillToCome) {
  write_meta(desk.raw(), meta_key::head, to_text(desk.version(99)));
  desk.run(
      "INSERT INTO SyncQueue (id, entityType, entityId, action, payload, status, attempts, "
      "createdAt,"
      " updatedAt) SELECT 90, entityType, entityId, action, payload, 'PENDING', 0, createdAt, "
      "updatedAt"
      " FROM SyncQueue WHERE id = 1");
  const std::string text = found();
  EXPECT_NE(text.find("commits are known to be still to come"), std::string::npos) << text;
  EXPECT_NE(text.find("note queue: 1 row of an older queue"), std::string::npos) << text;
}

TEST_F(Doctor, SaysThatAFileIsNotOursYet) {
  sqlite::Database file(":memory:", sqlite::OpenMode::create, Duration(100));
  const auto findings = store::examine(file);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].grade, Grade::note);
}

TEST_F(Doctor, TellsWhoWorksOnTheFileAndWhoWaits) {
  const auto lease = [&] {
    for (const Finding& finding : examine())
      if (finding.subject == "lease")
        return std::string(to_text(finding.grade)) + " " + finding.text;
    return std::string();
  };
  EXPECT_EQ(lease(), "fine No service holds the lease on this file.");
  desk.holder = "first";
  desk.open();
  EXPECT_TRUE(lease().starts_with("fine ") && lease().ends_with("with the claim “first”."))
      << lease();
  StoreOptions options = desk.options();
  options.holder = "second";
  const auto second = Store::open(options, Random(9), desk.now()).value();
  ASSERT_TRUE(second->tend_lease({}, desk.now()));
  EXPECT_TRUE(lease().starts_with("note ") &&
              lease().ends_with("; another service waits for its next sign of life."))
      << lease();
}

TEST_F(Doctor, AFullPullThatIsUnderWayExplainsWhatItWillMend) {
  ASSERT_TRUE(desk->begin_full_pull(desk.now()));
  desk.run("UPDATE SyncShadow SET seq = NULL");
  const std::string text = found();
  EXPECT_NE(text.find("note cursor: The file is at commit 1"), std::string::npos) << text;
  EXPECT_NE(text.find("everything is being pulled anew"), std::string::npos) << text;
  EXPECT_EQ(text.find("unexplained"), std::string::npos) << text;
}

TEST_F(Doctor, TellsWhatTheBackupsHoldAndOfRowsThatWereLost) {
  write_meta(desk.raw(), meta_key::safe, to_text(desk.cursor()));
  desk.run(
      "INSERT INTO SyncLost (entityType, entityId, seq, salt, generation, createdAt) VALUES "
      "('Parent', 'p9', 7, 'x', 1, 'then')");
  EXPECT_NE(found().find("note lost: 1 row that the cloud has lost, or had otherwise when"),
            std::string::npos)
      << found();
  EXPECT_TRUE(std::ranges::any_of(examine(), [](const Finding& finding) {
    return finding.text.starts_with("All of the cloud's backups contain commit 1;");
  }));
}

// What others added is shown together with one's own: only who knows the rule can explain the row.
TEST(DoctorByRules, JudgesTheRowsByTheRulesThatTheyAreShownBy) {
  SyncRules rules;
  rules.entities["Parent"].merge.fields["amount"] = Rule::sum;
  Device desk(app_schema, 1, rules);
  desk.meet();
  desk.create_parent("p1");
  desk.settle_all();
  desk.write(Device::mutation("Parent", "p1", "UPDATE_PARENT", R"({"amount":9})"));
  ASSERT_TRUE(desk.absorb(
      desk.page({row("Parent", "p1", R"({"id":"p1","name":"p","code":null,"amount":20})")})));
  ASSERT_EQ(desk.one("SELECT amount FROM Parent"), "22");
  const auto unexplained = [&] {
    sqlite::Database file(desk.path(), sqlite::OpenMode::read_only, Duration(100));
    return std::ranges::count(store::examine(file), Grade::unexplained, &Finding::grade);
  };
  EXPECT_EQ(unexplained(), 0);
  write_meta(desk.raw(), meta_key::merge_rules, R"({"Parent":7})");
  EXPECT_EQ(unexplained(), 1) << "without the rule nothing explains it";
  write_meta(desk.raw(), meta_key::merge_rules, "torn");
  EXPECT_EQ(unexplained(), 1);
}

}  // namespace
}  // namespace slipway::store
