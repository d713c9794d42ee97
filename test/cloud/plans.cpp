#include "plans.h"

#include "cloud/postgres_queries.h"

namespace slipway::cloud::test {

namespace {

// A tenant where one is named: of a table in parts, the plan leaves out those where nobody's rows
// lie.
std::string values_for(std::string_view sql) {
  int parameters = 0;
  for (int n = 1; n < 10; ++n)
    if (sql.find("$" + std::to_string(n)) != sql.npos) parameters = n;
  std::string values = sql.find("tenant = $1") != sql.npos ? "'1'" : "NULL";
  for (int n = 1; n < parameters; ++n) values += ", NULL";
  return values;
}

}  // namespace

std::vector<Plan> plans_of_all(postgres::Connection& connection) {
  connection.run(
      {{"SELECT set_config('enable_seqscan', 'off', false),"
        " set_config('plan_cache_mode', 'force_generic_plan', false)"}});
  std::vector<Plan> plans;
  for (const std::string_view sql : postgres_query::all) {
    const std::string prepare = "PREPARE asked AS " + std::string(sql),
                      explain = "EXPLAIN EXECUTE asked(" + values_for(sql) + ")";
    const auto rows = connection.run({{prepare}, {explain}, {"DEALLOCATE asked"}});
    Plan plan{sql, {}};
    for (int row = 0; row < rows[1].size(); ++row) plan.steps.emplace_back(rows[1].text(row, 0));
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace slipway::cloud::test
