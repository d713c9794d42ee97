// freight-data: a freight company's database of any size. Exit codes: 0 done, 1 failed, 2 wrong
// use.
#include <CLI/CLI.hpp>
#include <iostream>

#include "freight/fill.h"

namespace {

using slipway::freight::Plan;

int report(const slipway::Error& error) {
  std::cerr << "freight-data: " << error.message << ".\n" << error.hint << "\n";
  return 1;
}

int run(const std::string& path, const Plan& plan, bool append) {
  using namespace slipway;
  try {
    sqlite::Database database(path, sqlite::OpenMode::create, Duration{5000});
    database.execute("PRAGMA journal_mode = WAL");
    freight::create_tables(database);
    if (const auto filled = freight::fill(database, plan, append); !filled) {
      return report(filled.error());
    }
  } catch (const sqlite::Failure& failure) {
    if (append && failure.kind() == sqlite::FailureKind::constraint) {
      return report({ErrorKind::conflict, "rows-exist", path + " has rows of this seed already",
                     "No row was added. Choose another --seed."});
    }
    return report(sqlite::to_error(failure, "writing freight rows"));
  }
  std::cout << path << ": " << plan.customers << " customers, " << plan.shipments << " shipments, "
            << plan.quotes << " quotes, " << plan.invoices << " invoices added\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes the freight example's tables and fills them with believable rows.",
               "freight-data"};
  std::string path;
  Plan plan;
  bool append = false, empty = false;
  app.add_option("--database", path, "The SQLite file; made where there is none")->required();
  app.add_option("--customers", plan.customers, "Rows of Customer")->capture_default_str();
  app.add_option("--shipments", plan.shipments, "Rows of Shipment")->capture_default_str();
  app.add_option("--quotes", plan.quotes, "Rows of Quote")->capture_default_str();
  app.add_option("--invoices", plan.invoices, "Rows of Invoice, with their lines")
      ->capture_default_str();
  app.add_option("--seed", plan.seed, "The same seed gives the same rows")->capture_default_str();
  app.add_flag("--empty", empty, "Make the tables only");
  app.add_flag("--append", append, "Add to a database that has rows already");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (empty) plan = Plan{plan.seed, 0, 0, 0, 0};
  if (!plan.possible()) {
    std::cerr << "freight-data: shipments, quotes and invoices need customers.\n"
                 "Nothing was written. Give --customers a number above 0, or use --empty.\n";
    return 2;
  }
  return run(path, plan, append || empty);
}
