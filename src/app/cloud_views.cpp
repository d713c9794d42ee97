// slipway-cloud views. Which fields a type has is read from its rows: the cloud knows no schema.
#include <iostream>
#include <set>

#include "app/cloud_state.h"
#include "app/process.h"
#include "base/check.h"
#include "model/json.h"

namespace slipway::app {

namespace {

constexpr std::int64_t rows_per_page = 1000;

std::string quoted(std::string_view text, char quote) {
  std::string all(1, quote);
  for (const char c : text) all += c == quote ? std::string(2, c) : std::string(1, c);
  return all + quote;
}

std::string name_of(std::string_view text) {
  return quoted(text, '"');
}

std::string text_of(std::string_view text) {
  return quoted(text, '\'');
}

// A field by its name in JSON, as a column with the type that its values have.
std::string column(const std::string& field, bool is_postgres) {
  if (!is_postgres) {
    // A path cannot name these in every version of SQLite.
    if (field.find_first_of("\"\\") != field.npos) {
      return "(SELECT value FROM json_each(\"values\") WHERE key = " + text_of(field) + ") AS " +
             name_of(field);
    }
    return "json_extract(\"values\", " + text_of("$.\"" + field + "\"") + ") AS " + name_of(field);
  }
  return "\"values\"::json ->> " + text_of(field) + " AS " + name_of(field);
}

Result<std::set<std::string>> fields_of(cloud::Ledger& ledger, cloud::TenantId tenant,
                                        const std::string& type) {
  std::set<std::string> fields;
  std::optional<cloud::ListPlace> after = cloud::ListPlace{};
  while (after) {
    const auto page = ledger.rows(tenant, "", type, *after, rows_per_page);
    if (!page) return std::unexpected(page.error());
    const auto rows = parse_json(page->rows, "rows");
    CHECK(rows && rows->is_array());
    for (const json::value& row : rows->get_array()) {
      for (const auto& member : row.at("values").as_object()) fields.emplace(member.key());
    }
    after = page->next;
  }
  return fields;
}

void print_view(const cloud::TenantRow& tenant, const std::string& type,
                const std::set<std::string>& fields, bool is_postgres) {
  const std::string view = name_of("report_" + type);
  std::cout << "DROP VIEW IF EXISTS " << view << ";\nCREATE VIEW " << view << " AS SELECT\n";
  std::cout << "  id AS \"_id\", seq AS \"_seq\"";
  for (const std::string& field : fields) std::cout << ",\n  " << column(field, is_postgres);
  std::cout << "\n  FROM entity WHERE tenant = " << tenant.id << " AND type = " << text_of(type)
            << (is_postgres ? " AND NOT deleted;\n" : " AND deleted = 0;\n");
}

void print_beginning(const cloud::TenantRow& tenant, bool is_postgres) {
  std::cout << "-- The rows of tenant " << json::serialize(json::value(tenant.name))
            << ", one view per entity type. To be made again when a type gets a new field.\n";
  if (!is_postgres) {
    std::cout << "-- Better in a copy (slipway-cloud backup), where reports keep nobody waiting.\n";
    return;
  }
  const std::string setting = std::to_string(tenant.id);
  std::cout
      << "-- All columns are text; cast what shall be a number. Row-level security shows rows\n"
         "-- only to who says for whom he works: SET slipway.tenant = '"
      << setting << "', or once and for all\n-- ALTER ROLE reporting SET slipway.tenant = '"
      << setting
      << "'. Of that role: GRANT SELECT ON the views, and on nothing else;\n"
         "-- ALTER DEFAULT PRIVILEGES … GRANT SELECT ON TABLES TO reporting holds when they are "
         "made\n"
         "-- again, too. Each tenant's views need a schema of their own: where there are several, "
         "say\n"
         "-- SET search_path = reports_of_this_tenant, public before.\n";
}

}  // namespace

int print_views(cloud::Ledger& ledger, const std::string& tenant, bool is_postgres) {
  const auto complain = [](const Error& error, int code = failed) {
    return app::complain("slipway-cloud", error, code);
  };
  const auto state = ledger.state();
  if (!state) return complain(state.error());
  const cloud::TenantRow* chosen = nullptr;
  for (const cloud::TenantRow& row : state->tenants) {
    if (!tenant.empty() ? row.name == tenant : state->tenants.size() == 1) chosen = &row;
  }
  if (!chosen) {
    return complain(
        {ErrorKind::not_found, "",
         tenant.empty() ? "There is not exactly one tenant" : "There is no tenant " + tenant,
         "Name one with --tenant; slipway-cloud tenants shows what there is"},
        tenant.empty() ? wrong_use : failed);
  }
  const auto types = ledger.types(chosen->id, "");
  if (!types) return complain(types.error());
  print_beginning(*chosen, is_postgres);
  std::cout << "BEGIN;\n";
  for (const std::string& type : *types) {
    const auto fields = fields_of(ledger, chosen->id, type);
    if (!fields) return complain(fields.error());
    print_view(*chosen, type, *fields, is_postgres);
  }
  std::cout << "COMMIT;" << std::endl;
  return done;
}

}  // namespace slipway::app
