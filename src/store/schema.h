// What the app's tables look like, learnt from the database itself, never from code.
//
// Every table with a primary key syncs; the others are named with the reason. Our own tables,
// SQLite's and Prisma's are no entities. Read again whenever the app has migrated.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/sync_rules.h"
#include "model/wire.h"
#include "sqlite/sqlite.h"

namespace slipway::store {

// How a column's values look in JSON, from its declared type.
enum class FieldType { text, integer, real, decimal, boolean, datetime, json, blob, any };
std::string_view to_text(FieldType type);

struct Field {
  std::string name;  // in entries, in shadows and at the cloud
  FieldType type = FieldType::any;
  bool not_null = false;
  bool has_default = false;
  bool defaults_to_now = false;  // CURRENT_TIMESTAMP
  int key_position = 0;          // 1, 2 … in the primary key; 0: not part of it
  std::string column;            // in the app's table; another name only where it was renamed
};

enum class OnDelete { restrict, cascade, set_null };

// Fields of this table hold the primary key of a `target` row. References to tables that do not
// sync, or to other columns than the primary key, are left to SQLite alone.
struct ForeignKey {
  std::vector<std::string> fields;
  std::string target;
  OnDelete on_delete = OnDelete::restrict;
};

struct Table {
  std::string name;
  std::vector<Field> fields;     // generated columns left out
  std::vector<std::string> key;  // the primary key's fields in order
  std::vector<ForeignKey> references;
  bool has_triggers = false;

  const Field* field(std::string_view field_name) const;
  const Field* field_in(std::string_view column) const;
  const std::string& column_of(const std::string& field_name) const;  // of a field that there is
};

struct ReferringTable {
  const Table* table;
  const ForeignKey* key;
};

// All columns of a table, also those that are no field. Throws sqlite::Failure.
std::vector<std::string> column_names(sqlite::Database& database, const std::string& table);

// The columns of fields, as they are noted in sync_meta under `key`. Throws sqlite::Failure.
Renames columns_seen(sqlite::Database& database, std::string_view key);

class Schema {
 public:
  // A declared rename holds as soon as its column is there; until then the field stays in the
  // column where it was seen last. A column that has the first name then is no field. Throws
  // sqlite::Failure.
  static Schema read(sqlite::Database& database, const Renames& renames = {});

  const Table* table(std::string_view name) const;
  const std::map<std::string, Table, std::less<>>& tables() const { return tables_; }
  // Tables that cannot be synced, and why: "virtual-table", "no-primary-key".
  const std::vector<std::pair<std::string, std::string>>& unsynced() const { return unsynced_; }
  std::vector<ReferringTable> referring_to(std::string_view target) const;
  std::vector<const Table*> parents_first() const;  // what a table refers to before it
  std::vector<Reference> references() const;        // as the wire names them

 private:
  std::map<std::string, Table, std::less<>> tables_;
  std::vector<std::pair<std::string, std::string>> unsynced_;  // name, code
};

}  // namespace slipway::store
