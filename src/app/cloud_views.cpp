// slipway-cloud views. Which fields a type has is read from its rows: the cloud knows no schema.
#include <iostream>
#include <set>

#include "app/cloud_state.h"
#include "app/process.h"
#include "base/check.h"
#include "cloud/postgres_tables.h"
#include "model/json.h"

namespace slipway::app {

namespace {

constexpr std::int64_t rows_per_page = 1000;
constexpr std::size_t columns_max = 1500;  // a view of PostgreSQL may have 1,600, of SQLite 2,000

std::string quoted(std::string_view text, char quote) {
  std::string all(1, quote);
  for (const char c : text) all += c == quote ? std::string(2, c) : std::string(1, c);
  return all + quote;
}

std::string name_of(std::string_view text) {
  return quoted(text, '"');
}

// No text of SQL can hold U+0000.
std::string without_nul(std::string_view text) {
  std::string all;
  for (const char c : text) all += c == '\0' ? "\xEF\xBF\xBD" : std::string(1, c);
  return all;
}

std::string text_of(std::string_view text) {
  if (text.find('\0') == text.npos) return quoted(text, '\'');
  constexpr const char* digits = "0123456789ABCDEF";
  std::string hex;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    hex.append({digits[byte >> 4], digits[byte & 15]});
  }
  return "CAST(X'" + hex + "' AS TEXT)";  // of SQLite only: PostgreSQL stores it in another way
}

// Gives names that the database can hold and tells apart: PostgreSQL cuts them after so many bytes,
// SQLite takes the upper and lower case of ASCII for the same. Whoever writes rows chooses them.
class Names {
 public:
  explicit Names(bool is_postgres) : is_postgres_(is_postgres) {}

  std::string take(const std::string& wanted) {
    const std::string text = wanted.empty() ? "_" : without_nul(wanted);
    for (int n = 1;; ++n) {
      const std::string suffix = n == 1 ? "" : "_" + std::to_string(n);
      const std::string name = cut(text, name_bytes_max - suffix.size()) + suffix;
      if (taken_.insert(folded(name)).second) return name;
    }
  }

 private:
  static constexpr std::size_t name_bytes_max = 63;  // PostgreSQL's NAMEDATALEN, less its end

  std::string cut(std::string text, std::size_t bytes) const {
    if (!is_postgres_ || text.size() <= bytes) return text;
    while (bytes > 0 && (text[bytes] & 0xC0) == 0x80) --bytes;  // never within a character
    text.resize(bytes);
    return text;
  }

  std::string folded(std::string name) const {
    if (is_postgres_) return name;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return name;
  }

  bool is_postgres_;
  std::set<std::string> taken_;
};

// Says so where something has another name than one would expect.
std::string renamed(std::string_view what, const std::string& wanted, const std::string& name) {
  if (wanted == name) return {};
  return "-- " + std::string(what) + " " + json::serialize(json::value(wanted)) + " is " +
         json::serialize(json::value(name)) + " here.\n";
}

// A field by its name in JSON, as a column with the type that its values have.
std::string column(const std::string& field, const std::string& name, bool is_postgres) {
  if (is_postgres) return "\"values\" ->> " + text_of(without_nul(field)) + " AS " + name_of(name);
  // A path cannot name these in every version of SQLite.
  if (field.find_first_of(std::string_view("\"\\\0", 3)) != field.npos) {
    return "(SELECT value FROM json_each(\"values\") WHERE key = " + text_of(field) + ") AS " +
           name_of(name);
  }
  return "json_extract(\"values\", " + text_of("$.\"" + field + "\"") + ") AS " + name_of(name);
}

// PostgreSQL reads no JSON that has U+0000 in any of its texts: there it is shown as U+FFFD. It is
// written as \u0000, behind an even number of backslashes.
constexpr std::string_view readable_values =
    "CASE WHEN strpos(\"values\", '\\u0000') = 0 THEN \"values\" ELSE regexp_replace(\"values\","
    " '(?<!\\\\)((\\\\\\\\)*)\\\\u0000', '\\1\\\\ufffd', 'g') END::json AS \"values\"";

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

void print_rows(const cloud::TenantRow& tenant, const std::string& type, bool is_postgres) {
  const std::string of =
      " FROM entity WHERE tenant = " + std::to_string(tenant.id) + " AND type = ";
  if (is_postgres) {
    std::cout << "\n  FROM (SELECT id, seq, " << readable_values << "\n   " << of
              << text_of(cloud::postgres_ledger::to_stored(type)) << " AND NOT deleted) AS e;\n";
  } else {
    std::cout << "\n " << of << text_of(type) << " AND deleted = 0;\n";
  }
}

void print_view(const cloud::TenantRow& tenant, const std::string& type, Names& views,
                const std::set<std::string>& fields, bool is_postgres) {
  const std::string wanted = "report_" + type, name = views.take(wanted);
  const std::string view = name_of(name);
  std::cout << renamed("The view", wanted, name);
  std::cout << "DROP VIEW IF EXISTS " << view << ";\nCREATE VIEW " << view << " AS SELECT\n";
  std::cout << "  id AS \"_id\", seq AS \"_seq\"";
  Names columns(is_postgres);
  columns.take("_id");
  columns.take("_seq");
  std::size_t left = columns_max;
  for (const std::string& field : fields) {
    if (left-- == 0) {
      std::cout << "\n-- " << fields.size() - columns_max << " more fields are left out.";
      break;
    }
    const std::string column_name = columns.take(field);
    std::cout << ",\n" << renamed("The field", field, column_name);
    std::cout << "  " << column(field, column_name, is_postgres);
  }
  print_rows(tenant, type, is_postgres);
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
  // psql would go on after a failure, and end as if there had been none.
  if (is_postgres) std::cout << "\\set ON_ERROR_STOP on\n";
  std::cout << "BEGIN;\n";
  Names views(is_postgres);
  for (const std::string& type : *types) {
    const auto fields = fields_of(ledger, chosen->id, type);
    if (!fields) return complain(fields.error());
    print_view(*chosen, type, views, *fields, is_postgres);
  }
  std::cout << "COMMIT;" << std::endl;
  return done;
}

}  // namespace slipway::app
