// Every refusal of a write has a stable type and names what is to blame; nothing is written.
#include "device.h"

namespace slipway::store {
namespace {

struct Refusal {
  const char* name;
  Mutation mutation;
  const char* type;
  const char* field;
};

class Validation : public testing::TestWithParam<Refusal> {};

const char* const schema = R"sql(
CREATE TABLE "P" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "n" INTEGER, "flag" BOOLEAN, "at" DATETIME,
  "u" TEXT UNIQUE, "price" REAL, "bytes" BLOB);
CREATE TABLE "C" ("id" TEXT NOT NULL PRIMARY KEY, "p" TEXT REFERENCES "P"("id"));
CREATE TABLE "N" ("id" INTEGER PRIMARY KEY, "x" TEXT);
CREATE TABLE "K" ("a" TEXT, "b" INTEGER, "x" TEXT, PRIMARY KEY ("a", "b"));
CREATE TABLE "R" ("id" REAL PRIMARY KEY, "x" TEXT);
CREATE TABLE "NoKey" ("x" TEXT);
)sql";

TEST_P(Validation, IsRefusedWithItsTypeAndField) {
  Device desk(schema);
  desk.write(Device::mutation("P", "p1", "CREATE_P", R"({"name":"a","u":"taken"})"));
  desk.write(Device::mutation("C", "c1", "CREATE_C", R"({"p":"p1"})"));
  const auto rows = desk.query("SELECT * FROM P JOIN C JOIN SyncQueue LEFT JOIN N LEFT JOIN K");
  const auto answer = desk.try_write(GetParam().mutation);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, GetParam().type) << answer.error().message;
  EXPECT_EQ(answer.error().field, GetParam().field);
  EXPECT_FALSE(answer.error().message.empty());
  EXPECT_TRUE(answer.error().hint.starts_with("Nothing was written")) << answer.error().hint;
  EXPECT_EQ(desk.query("SELECT * FROM P JOIN C JOIN SyncQueue LEFT JOIN N LEFT JOIN K"), rows);
}

INSTANTIATE_TEST_SUITE_P(
    All, Validation,
    testing::Values(
        Refusal{"UnknownType", Device::mutation("Nope", "1", "CREATE_NOPE"), "unknown-type",
                "entityType"},
        Refusal{"TableWithoutKey", Device::mutation("NoKey", "1", "CREATE_NO_KEY"), "unknown-type",
                "entityType"},
        Refusal{"OurOwnTable", Device::mutation("SyncQueue", "1", "DELETE_SYNC_QUEUE"),
                "unknown-type", "entityType"},
        Refusal{"UnknownAction", Device::mutation("P", "p1", "EXPLODE"), "unknown-action",
                "action"},
        Refusal{"ActionOfAnother", Device::mutation("P", "p1", "UPDATE_C"), "unknown-action",
                "action"},
        Refusal{"UnknownField", Device::mutation("P", "p1", "UPDATE_P", R"({"nam":"x"})"),
                "unknown-field", "payload.nam"},
        Refusal{"MissingField", Device::mutation("P", "p2", "CREATE_P", R"({"n":1})"),
                "missing-field", "payload.name"},
        Refusal{"EmptyUpdate", Device::mutation("P", "p1", "UPDATE_P"), "missing-field", "payload"},
        Refusal{"PayloadOfADelete", Device::mutation("C", "c1", "DELETE_C", R"({"p":"p1"})"),
                "unknown-field", "payload"},
        Refusal{"TextForInteger", Device::mutation("P", "p1", "UPDATE_P", R"({"n":"x"})"),
                "wrong-type", "payload.n"},
        Refusal{"FractionForInteger", Device::mutation("P", "p1", "UPDATE_P", R"({"n":1.5})"),
                "wrong-type", "payload.n"},
        Refusal{"NumberForText", Device::mutation("P", "p1", "UPDATE_P", R"({"name":1})"),
                "wrong-type", "payload.name"},
        Refusal{"TextForReal", Device::mutation("P", "p1", "UPDATE_P", R"({"price":"much"})"),
                "wrong-type", "payload.price"},
        Refusal{"TwoForBoolean", Device::mutation("P", "p1", "UPDATE_P", R"({"flag":2})"),
                "wrong-type", "payload.flag"},
        Refusal{"WordForDate", Device::mutation("P", "p1", "UPDATE_P", R"({"at":"yesterday"})"),
                "wrong-type", "payload.at"},
        Refusal{"BooleanForDate", Device::mutation("P", "p1", "UPDATE_P", R"({"at":true})"),
                "wrong-type", "payload.at"},
        Refusal{"TextForBytes", Device::mutation("P", "p1", "UPDATE_P", R"({"bytes":"AA=="})"),
                "wrong-type", "payload.bytes"},
        Refusal{"ObjectForText", Device::mutation("P", "p1", "UPDATE_P", R"({"name":{}})"),
                "wrong-type", "payload.name"},
        Refusal{"Null", Device::mutation("P", "p1", "UPDATE_P", R"({"name":null})"),
                "null-not-allowed", "payload.name"},
        Refusal{"NullInCreate", Device::mutation("P", "p2", "CREATE_P", R"({"name":null})"),
                "null-not-allowed", "payload.name"},
        Refusal{"NullKey", Device::mutation("P", "", "CREATE_P", R"({"id":null,"name":"x"})"),
                "null-not-allowed", "payload.id"},
        Refusal{"OutOfRange",
                Device::mutation("P", "p1", "UPDATE_P", R"({"n":18446744073709551615})"),
                "number-out-of-range", "payload.n"},
        Refusal{"TwoIds", Device::mutation("P", "p2", "CREATE_P", R"({"id":"p3","name":"x"})"),
                "invalid-id", "entityId"},
        Refusal{"IdNoInteger", Device::mutation("N", "007", "CREATE_N"), "invalid-id", "entityId"},
        Refusal{"IdNoArray", Device::mutation("K", "a", "CREATE_K"), "invalid-id", "entityId"},
        Refusal{"IdShortArray", Device::mutation("K", R"(["a"])", "CREATE_K"), "invalid-id",
                "entityId"},
        Refusal{"RealKeyNeeded", Device::mutation("R", "", "CREATE_R"), "id-needed", "entityId"},
        Refusal{"CompositeKeyNeeded", Device::mutation("K", "", "CREATE_K", R"({"a":"x"})"),
                "id-needed", "entityId"},
        Refusal{"UpdateOfNothing", Device::mutation("P", "", "UPDATE_P", R"({"name":"x"})"),
                "id-needed", "entityId"},
        Refusal{"KeyIsFixed", Device::mutation("P", "p1", "UPDATE_P", R"({"id":"p9"})"),
                "key-is-fixed", "payload.id"},
        Refusal{"RowNotFound", Device::mutation("P", "p9", "UPDATE_P", R"({"name":"x"})"),
                "row-not-found", "entityId"},
        Refusal{"DeleteNotFound", Device::mutation("P", "p9", "DELETE_P"), "row-not-found",
                "entityId"},
        Refusal{"AlreadyExists", Device::mutation("P", "p1", "CREATE_P", R"({"name":"x"})"),
                "already-exists", "entityId"},
        Refusal{"ReferenceMissing", Device::mutation("C", "c2", "CREATE_C", R"({"p":"nobody"})"),
                "reference-missing", "payload.p"},
        Refusal{"ReferenceMissingInUpdate",
                Device::mutation("C", "c1", "UPDATE_C", R"({"p":"nobody"})"), "reference-missing",
                "payload.p"},
        Refusal{"HasChildren", Device::mutation("P", "p1", "DELETE_P"), "has-children", ""},
        Refusal{"Unique", Device::mutation("P", "p2", "CREATE_P", R"({"name":"x","u":"taken"})"),
                "constraint", "payload.u"}),
    [](const auto& refusal) { return refusal.param.name; });

TEST(Validation, AnInvalidUtf8KeyIsKeptOrRefusedButNeverLost) {
  Device desk(schema);
  const auto answer = desk.try_write(
      Device::mutation("P", "", "CREATE_P", R"({"id":{"$text":"/w=="},"name":"x"})"));
  ASSERT_TRUE(answer) << answer.error().message;
  const std::string id = desk.entry(answer->entries[0]).body.entity.id;
  desk.write(Device::mutation("P", id, "UPDATE_P", R"({"name":"y"})"));
  EXPECT_EQ(desk.one("SELECT hex(id) || name FROM P"), "FFy");
}

TEST(Validation, AValueThatAnotherRowHasIsNamedInWordsForPeople) {
  Device desk(
      R"sql(CREATE TABLE "T" ("id" TEXT NOT NULL PRIMARY KEY, "a" TEXT, "ab" TEXT, "n" INTEGER CHECK ("n" > 0));
                    CREATE UNIQUE INDEX "both" ON "T" ("ab", "n"); CREATE UNIQUE INDEX "lower" ON "T" (lower("a"));)sql");
  desk.write(Device::mutation("T", "t", "CREATE_T", R"({"a":"x","ab":"y","n":1})"));
  const auto refusal = [&](const char* payload) {
    const auto answer = desk.try_write(Device::mutation("T", "u", "CREATE_T", payload));
    EXPECT_FALSE(answer) << payload;
    EXPECT_EQ(answer.error().type, "constraint");
    return answer.error().message + " [" + answer.error().field + "]";
  };
  EXPECT_EQ(refusal(R"({"ab":"y","n":1})"), "Another T has the same ab, n already [payload.ab]");
  EXPECT_EQ(refusal(R"({"a":"X"})"),
            "Another T has such values already, and the index 'lower' takes them once []");
}

TEST(Validation, ARuleOfTheTableIsToldWithTheColumnToBlame) {
  Device desk(R"sql(CREATE TABLE "T" ("id" TEXT NOT NULL PRIMARY KEY, "n" INTEGER CHECK ("n" > 0),
      "from" INTEGER, until INTEGER, note TEXT CHECK (note <> ')('),
      -- CONSTRAINT "span" CHECK (false)
      CONSTRAINT "span" CHECK (until >= "from" AND (until < 100)));
    CREATE TRIGGER "words" BEFORE INSERT ON "T" WHEN NEW.note = 'no' BEGIN
      SELECT RAISE(ABORT, 'Not on Sundays'); END;)sql");
  const auto refusal = [&](const char* payload) {
    const auto answer = desk.try_write(Device::mutation("T", "u", "CREATE_T", payload));
    EXPECT_FALSE(answer) << payload;
    EXPECT_EQ(answer.error().type, "constraint");
    EXPECT_TRUE(answer.error().hint.starts_with("Nothing was written. ")) << answer.error().hint;
    return answer.error().message + " [" + answer.error().field + "]";
  };
  EXPECT_EQ(refusal(R"({"n":-1})"), "T u breaks a rule of this database: \"n\" > 0 [payload.n]");
  EXPECT_EQ(refusal(R"({"note":")("})"),
            "T u breaks a rule of this database: note <> ')(' [payload.note]");
  EXPECT_EQ(refusal(R"({"n":1,"from":7,"until":3})"),
            "T u breaks the rule “span” of this database: until >= \"from\" AND (until < 100) "
            "[payload.from]");
  EXPECT_EQ(refusal(R"({"until":100})"),
            "T u breaks the rule “span” of this database: until >= \"from\" AND (until < 100) "
            "[payload.until]");
  EXPECT_EQ(refusal(R"({"note":"no"})"), "The database refused T u: Not on Sundays []");
  const auto answer = desk.try_write(Device::mutation("T", "u", "CREATE_T", R"({"n":0})"));
  EXPECT_EQ(answer.error().hint,
            "Nothing was written. Correct it and send it again. SQLite says: CHECK constraint "
            "failed: n");
}

TEST(Validation, TwoSpellingsOfOneIdAreOneLane) {
  Device desk(R"sql(CREATE TABLE "T" ("id" TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, "x" TEXT);
                    CREATE TABLE "K" ("a" TEXT, "b" INTEGER, PRIMARY KEY ("a", "b"));)sql");
  desk.write(Device::mutation("T", "abc", "CREATE_T"));
  EXPECT_EQ(desk.entry(desk.write(Device::mutation("T", "ABC", "UPDATE_T", R"({"x":"1"})")))
                .body.entity.id,
            "abc");
  EXPECT_EQ(
      desk.entry(desk.write(Device::mutation("K", R"([ "a" , 1 ])", "CREATE_K"))).body.entity.id,
      R"(["a",1])");
  EXPECT_EQ(
      desk.entry(desk.write(Device::mutation("K", R"(["a",  1])", "DELETE_K"))).body.entity.id,
      R"(["a",1])");
}

TEST(Validation, AKeyThatItsColumnRewritesIsRefused) {
  Device desk(R"sql(CREATE TABLE "T" ("id" NUMERIC NOT NULL PRIMARY KEY, "x" TEXT);)sql");
  const auto answer = desk.try_write(Device::mutation("T", "1.50", "CREATE_T"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().type, "invalid-id");
  EXPECT_EQ(desk.one("SELECT count(*) FROM T"), "0");
}

TEST(Validation, AMutationsJsonIsCheckedMemberByMember) {
  const auto error = [](std::string_view text) {
    const auto mutation = mutation_from_json(*parse_json(text, "test"));
    return mutation ? std::string("fine") : mutation.error().type + " " + mutation.error().field;
  };
  EXPECT_EQ(error(R"({"entityType":"P","entityId":7,"action":"A","payload":{}})"), "fine");
  EXPECT_EQ(error(R"([])"), "wrong-type ");
  EXPECT_EQ(error(R"({"action":"A","payload":{}})"), "missing-field entityType");
  EXPECT_EQ(error(R"({"entityType":"P","payload":{}})"), "missing-field action");
  EXPECT_EQ(error(R"({"entityType":"P","action":"A"})"), "missing-field payload");
  EXPECT_EQ(error(R"({"entityType":"","action":"A","payload":{}})"), "wrong-type entityType");
  EXPECT_EQ(error(R"({"entityType":"P","action":"A","payload":[]})"), "wrong-type payload");
  EXPECT_EQ(error(R"({"entityType":"P","entityId":1.5,"action":"A","payload":{}})"),
            "wrong-type entityId");
  EXPECT_EQ(error(R"({"entityType":"P","action":"A","payload":{},"extra":1})"),
            "unknown-field extra");
}

}  // namespace
}  // namespace slipway::store
