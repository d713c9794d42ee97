// The tables are learnt from the database, whatever shape they have.
#include "device.h"

namespace slipway::store {
namespace {

TEST(Schema, KnowsEveryTableWithAKeyAndSaysWhyAnotherDoesNotSync) {
  Device desk(R"sql(
    CREATE TABLE "Plain" ("id" TEXT NOT NULL PRIMARY KEY, "n" INTEGER NOT NULL DEFAULT 3, "o" TEXT);
    CREATE TABLE "Number" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "x" VARCHAR(20));
    CREATE TABLE "Pair" ("x" TEXT, "b" INTEGER, "a" TEXT, PRIMARY KEY ("a", "b")) WITHOUT ROWID;
    CREATE TABLE "Strict" ("id" TEXT PRIMARY KEY, "v" ANY, "r" REAL) STRICT;
    CREATE TABLE "Generated" ("id" TEXT PRIMARY KEY, "a" INTEGER, "twice" INTEGER AS ("a" * 2), "kept" INTEGER AS ("a" + 1) STORED);
    CREATE TABLE "NoKey" ("x" TEXT);
    CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY);
    CREATE VIRTUAL TABLE "Search" USING fts5(body);
    CREATE VIEW "Look" AS SELECT * FROM "Plain";)sql");
  const Schema& schema = desk->schema();
  std::vector<std::string> names;
  for (const auto& [name, table] : schema.tables()) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"Generated", "Number", "Pair", "Plain", "Strict"}));
  EXPECT_EQ(schema.unsynced(), (std::vector<std::pair<std::string, std::string>>{
                                   {"NoKey", "no-primary-key"}, {"Search", "virtual-table"}}));
  EXPECT_EQ(schema.table("Pair")->key, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(schema.table("Generated")->fields.size(), 2u);
  EXPECT_EQ(schema.table("Strict")->field("v")->type, FieldType::any);
  EXPECT_TRUE(schema.table("Plain")->field("n")->has_default);
  EXPECT_TRUE(schema.table("Plain")->field("n")->not_null);
  EXPECT_FALSE(schema.table("Plain")->field("o")->not_null);
}

TEST(Schema, WritesWorkOnEveryShape) {
  Device desk(R"sql(
    CREATE TABLE "Number" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "x" TEXT);
    CREATE TABLE "Pair" ("a" TEXT, "b" INTEGER, "x" TEXT, PRIMARY KEY ("a", "b")) WITHOUT ROWID;
    CREATE TABLE "Strict" ("id" TEXT PRIMARY KEY, "v" ANY, "r" REAL) STRICT;
    CREATE TABLE "Generated" ("id" TEXT PRIMARY KEY, "a" INTEGER, "twice" INTEGER AS ("a" * 2));)sql");
  desk.meet();
  desk.write(Device::mutation("Number", "9007199254740993", "CREATE_NUMBER", R"({"x":"1"})"));
  desk.write(Device::mutation("Number", "9007199254740993", "UPDATE_NUMBER", R"({"x":"2"})"));
  desk.write(Device::mutation("Pair", R"(["k",1])", "CREATE_PAIR", R"({"x":"1"})"));
  desk.write(Device::mutation("Pair", R"(["k",1])", "UPDATE_PAIR", R"({"x":"2"})"));
  desk.write(Device::mutation("Strict", "s", "CREATE_STRICT", R"({"v":{"$blob":"AA=="},"r":1})"));
  desk.write(Device::mutation("Generated", "g", "CREATE_GENERATED", R"({"a":4})"));
  EXPECT_EQ(
      desk.query(
          "SELECT n.id, n.x, p.x, quote(v), r, twice FROM Number n, Pair p, Strict, Generated"),
      (std::vector<TextRow>{{"9007199254740993", "2", "2", "X'00'", "1.0", "8"}}));
  EXPECT_EQ(desk.settle_all().settled.size(), 6u);
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE state = 'SAME' AND \"values\" IS NULL"),
            "4");
}

TEST(Schema, ReferencesAreFoundWhateverTheirSpelling) {
  Device desk(R"sql(
    CREATE TABLE "Target" ("A" TEXT, "b" INTEGER, "u" TEXT UNIQUE, PRIMARY KEY ("A", "b"));
    CREATE TABLE "Swapped" ("id" TEXT PRIMARY KEY, "y" INTEGER, "x" TEXT,
      FOREIGN KEY ("y", "x") REFERENCES target (B, a) ON DELETE SET NULL);
    CREATE TABLE "Implied" ("id" TEXT PRIMARY KEY, "x" TEXT, "y" INTEGER,
      FOREIGN KEY ("x", "y") REFERENCES TARGET ON DELETE CASCADE);
    CREATE TABLE "ByUnique" ("id" TEXT PRIMARY KEY, "u" TEXT REFERENCES "Target" ("u"));)sql");
  const auto references = desk->schema().references();
  EXPECT_EQ(references, (std::vector<Reference>{{"Implied", {"x", "y"}, "Target"},
                                                {"Swapped", {"x", "y"}, "Target"}}));
  desk.write(Device::mutation("Target", R"(["k",1])", "CREATE_TARGET"));
  desk.write(Device::mutation("Swapped", "s", "CREATE_SWAPPED", R"({"x":"k","y":1})"));
  desk.write(Device::mutation("Implied", "i", "CREATE_IMPLIED", R"({"x":"k","y":1})"));
  EXPECT_EQ(
      desk.write(std::vector{Device::mutation("Target", R"(["k",1])", "DELETE_TARGET")}).size(),
      3u);
  EXPECT_EQ(desk.query("SELECT id, x, y FROM Swapped"),
            (std::vector<TextRow>{{"s", "NULL", "NULL"}}));
}

TEST(Schema, AColumnsTypeIsReadFromWhatItsDeclarationContains) {
  const std::map<std::string, std::string_view> expected = {{"BOOLEAN", "boolean"},
                                                            {"DATE", "datetime"},
                                                            {"time without zone", "datetime"},
                                                            {"JSONB", "json"},
                                                            {"BIGINT", "integer"},
                                                            {"VARCHAR(20)", "text"},
                                                            {"CLOB", "text"},
                                                            {"text", "text"},
                                                            {"BLOB", "blob"},
                                                            {"REAL", "real"},
                                                            {"FLOAT", "real"},
                                                            {"DOUBLE PRECISION", "real"},
                                                            {"DECIMAL(8, 2)", "decimal"},
                                                            {"NUMERIC", "decimal"},
                                                            {"", "any"},
                                                            {"GEOMETRY", "any"}};
  std::string columns = "\"id\" TEXT PRIMARY KEY";
  for (const auto& [declared, type] : expected) columns += ", \"of " + declared + "\" " + declared;
  Device desk(("CREATE TABLE \"T\" (" + columns + ")").c_str());
  for (const auto& [declared, type] : expected)
    EXPECT_EQ(to_text(desk->schema().table("T")->field("of " + declared)->type), type) << declared;
}

}  // namespace
}  // namespace slipway::store
