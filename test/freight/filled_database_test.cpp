// What filling a database promises (examples/freight/fill.h), seen in the file itself.
#include <gtest/gtest.h>

#include "freight/fill.h"

namespace slipway::freight {
namespace {

const Plan small{.seed = 7, .customers = 20, .shipments = 60, .quotes = 40, .invoices = 50};

class FilledDatabase : public testing::Test {
 protected:
  sqlite::Database open() {
    return sqlite::Database(":memory:", sqlite::OpenMode::create, Duration{0});
  }

  static std::int64_t number(sqlite::Database& database, const std::string& sql) {
    sqlite::Statement query = database.prepare(sql);
    EXPECT_TRUE(query.step());
    return query.integer(0);
  }

  static std::string dump(sqlite::Database& database) {
    std::string text;
    for (const char* table : {"Customer", "Shipment", "Quote", "Invoice", "InvoiceLine"}) {
      sqlite::Statement query =
          database.prepare("SELECT * FROM " + sqlite::quoted(table) + " ORDER BY rowid");
      while (query.step()) {
        for (int column = 0; column < query.column_count(); ++column) {
          text += query.is_null(column) ? "NULL" : std::string(query.text(column));
          text += '|';
        }
        text += '\n';
      }
    }
    return text;
  }
};

TEST_F(FilledDatabase, HasAsManyRowsAsThePlanAndNoDanglingReference) {
  sqlite::Database database = open();
  create_tables(database);
  ASSERT_TRUE(fill(database, small, false));
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Customer")"), 20);
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Shipment")"), 60);
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Quote")"), 40);
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Invoice")"), 50);
  EXPECT_FALSE(database.prepare("PRAGMA foreign_key_check").step());
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Invoice" WHERE "totalMinor" <>
      (SELECT sum("amountMinor") FROM "InvoiceLine" WHERE "invoiceId" = "Invoice"."id"))"),
            0);
}

TEST_F(FilledDatabase, TimesAreThePrismaTextAndDetailsAreJson) {
  sqlite::Database database = open();
  create_tables(database);
  ASSERT_TRUE(fill(database, small, false));
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Shipment" WHERE "createdAt" NOT GLOB
      '202[56]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]+00:00')"),
            0);
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Shipment" WHERE NOT json_valid("details"))"),
            0);
}

TEST_F(FilledDatabase, TheSameSeedGivesTheSameRowsAndAnotherSeedOthers) {
  sqlite::Database first = open(), second = open(), other = open();
  Plan another = small;
  another.seed = 8;
  for (sqlite::Database* database : {&first, &second, &other}) {
    create_tables(*database);
    ASSERT_TRUE(fill(*database, database == &other ? another : small, false));
  }
  EXPECT_EQ(dump(first), dump(second));
  EXPECT_NE(dump(first), dump(other));
}

TEST_F(FilledDatabase, RowsAreNeverAddedUnaskedToThoseThatAreThere) {
  sqlite::Database database = open();
  create_tables(database);
  ASSERT_TRUE(fill(database, small, false));
  const std::string before = dump(database);
  Plan another = small;
  another.seed = 8;
  const auto refused = fill(database, another, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, "rows-exist");
  EXPECT_EQ(dump(database), before);
  ASSERT_TRUE(fill(database, another, true));
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Shipment")"), 120);
}

TEST_F(FilledDatabase, AddingTheSameSeedAgainAddsNothing) {
  sqlite::Database database = open();
  create_tables(database);
  ASSERT_TRUE(fill(database, small, false));
  EXPECT_THROW((void)fill(database, small, true), sqlite::Failure);
  EXPECT_EQ(number(database, R"(SELECT count(*) FROM "Customer")"), 20);
}

}  // namespace
}  // namespace slipway::freight
