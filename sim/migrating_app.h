// An app that migrates: what its tables look like at a time, and the SQL that makes them another,
// as Prisma would: by ALTER TABLE, or as a new table, a copy, and the old one's name.
#pragma once

#include <string>
#include <vector>

#include "disk.h"
#include "model/sync_rules.h"

namespace slipway::sim {

enum class Migration {
  adds_terms,
  renames_memo,
  drops_place,
  adds_place_again,
  requires_memo,
  forbids_bad_names,
  drops_notes
};
inline constexpr Migration all_migrations[] = {
    Migration::adds_terms,       Migration::renames_memo,  Migration::drops_place,
    Migration::adds_place_again, Migration::requires_memo, Migration::forbids_bad_names,
    Migration::drops_notes};

struct Column {
  std::string first;  // its name at first, which the cloud goes by
  std::string now;
};

class AppTables {
 public:
  bool can(Migration migration) const;
  // Statements to be run one after another.
  std::vector<std::string> migrate(Migration migration, bool redefines);

  std::vector<Column> columns(const std::string& type) const;  // none: there is no such table
  bool has(const std::string& type, std::string_view first) const;
  bool has_notes() const { return !notes_dropped_; }
  bool takes(std::string_view first, const json::value& value) const;  // of an order
  bool requires_memo() const { return memo_required_; }
  bool forbids_bad_names() const { return bad_names_forbidden_; }
  bool ever_dropped_place() const { return place_was_dropped_; }

 private:
  std::vector<std::string> redefine(const AppTables& before) const;
  std::string definition(const std::string& name) const;

  bool memo_renamed_ = false, place_dropped_ = false, place_was_dropped_ = false,
       terms_added_ = false, memo_required_ = false, bad_names_forbidden_ = false,
       notes_dropped_ = false;
};

SyncRules migrating_app_rules();           // with the rename, before and after
const DiskImage& desk_of_migrating_app();  // before any migration; without an identity yet

}  // namespace slipway::sim
