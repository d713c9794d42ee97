// How PostgreSQL would answer each of the ledger's statements, whatever their parameters, if it can
// do without scans of whole tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "postgres/postgres.h"

namespace slipway::cloud::test {

struct Plan {
  std::string_view sql;
  std::vector<std::string> steps;  // as EXPLAIN prints them, a line each
};

// The session is good for nothing else afterwards.
std::vector<Plan> plans_of_all(postgres::Connection& connection);

}  // namespace slipway::cloud::test
