#include "store/full_pull.h"

#include <algorithm>
#include <map>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "store/history.h"
#include "store/meta.h"
#include "store/queue.h"
#include "store/row_loader.h"
#include "store/shadow.h"
#include "store/unheard.h"

namespace slipway::store {

namespace {

void write_full_pull(sqlite::Database& database, const FullPull& pull) {
  json::object object{{"at", to_json(pull.at)},
                      {"after", nullptr},
                      {"types", json::value_from(pull.types)},
                      {"passed", pull.passed},
                      {"total", pull.total}};
  if (pull.after) object["after"] = to_json(*pull.after);
  write_meta(database, meta_key::full_pull, json_text(object));
}

std::vector<std::string> types_in_order(const Schema& schema, const SyncRules& rules) {
  std::vector<std::string> names;
  for (const Table* table : schema.parents_first())
    if (rules.syncs(table->name)) names.push_back(table->name);
  return names;
}

// A type that stands before the place now and did not then would never be told.
FullPull in_order(FullPull pull, const std::vector<std::string>& types) {
  if (pull.after && pull.types != types) return {pull.at, std::nullopt, {}, 0, 0};
  return pull;
}

// A receipt matters to what was sent and is not settled; and to what was written on a file that is
// an older one, which only a receipt of its device's shows (identity.h). A file with nothing open
// needs none of those that its device ever got.
bool needs_receipts(sqlite::Database& database) {
  auto open = database.cached("SELECT 1 FROM \"SyncQueue\" WHERE \"status\" IN " +
                              std::string(open_statuses) + " LIMIT 1");
  if (open->step()) return true;
  auto owed = database.cached("SELECT 1 FROM \"SyncQueue\" WHERE \"voidState\" = 'owed' LIMIT 1");
  return owed->step();
}

// An older cloud knows of no `walked`, and answers as if it had not been asked with one.
bool leads_on(const std::optional<SnapshotPlace>& after, const std::optional<SnapshotPlace>& from) {
  if (after == from) return true;
  return after && from && !after->walked && after->row == from->row;
}

struct KnownShadow {
  std::optional<Version> version;
  bool told = false;  // the cloud has told of it, in this past or in another
  bool absent = false, left = false, quarantined = false;
};

class Application {
 public:
  Application(Work& work, const std::optional<SnapshotPlace>& after, const SnapshotPage& page)
      : work_(work), after_(after), page_(page), order_(types_in_order(work.schema, work.rules)) {}

  // Whether the rows are what a page of this interval can hold.
  bool is_in_order() const {
    if (in_receipts()) return page_.rows.empty() && !(page_.next && page_.next->row);
    std::optional<EntityKey> last = after_ ? after_->row : std::nullopt;
    for (const PageRow& row : page_.rows) {
      if (last && !before(*last, row.entity)) return false;
      last = row.entity;
    }
    const bool ends = page_.next && page_.next->row;
    return !ends || !last || !before(*page_.next->row, *last);
  }

  void run() {
    if (in_receipts()) return;
    std::map<std::string, std::vector<const PageRow*>> by_type;
    for (const std::string& type : shadowed_types()) by_type[type];
    for (const PageRow& row : page_.rows) by_type[row.entity.type].push_back(&row);
    std::vector<std::string> types;
    for (const auto& [type, rows] : by_type) types.push_back(type);
    std::sort(types.begin(), types.end(),
              [&](const auto& a, const auto& b) { return order_.before(a, b); });
    for (const std::string& type : types) {
      if (covers(type)) apply_type(type, by_type.at(type));
    }
    refresh_views(work_, touched_, Quarantined::left);
    forget_regained(work_, touched_);
  }

 private:
  bool in_receipts() const { return after_ && !after_->row; }

  bool before(const EntityKey& a, const EntityKey& b) const {
    return a.type == b.type ? a.id < b.id : order_.before(a.type, b.type);
  }

  bool covers(const std::string& type) const {
    if (after_ && order_.before(type, after_->row->type)) return false;
    return !page_.next || !page_.next->row || !order_.before(page_.next->row->type, type);
  }

  std::vector<std::string> shadowed_types() {
    std::vector<std::string> types;
    auto next = work_.database.cached(
        "SELECT min(\"entityType\") FROM \"SyncShadow\" WHERE \"entityType\" > ?1");
    for (std::string last;;) {
      next->reset();
      next->bind(1, last);
      if (!next->step() || next->is_null(0)) return types;
      types.push_back(last = next->text(0));
    }
  }

  // Those in the page's interval.
  std::map<std::string, KnownShadow> known_shadows(const std::string& type) {
    const bool begins = after_ && after_->row->type == type;
    const bool ends = page_.next && page_.next->row && page_.next->row->type == type;
    auto query = work_.database.cached(
        "SELECT \"entityId\", \"seq\", \"salt\", \"state\", \"quarantine\" FROM \"SyncShadow\""
        " WHERE \"entityType\" = ?1 AND \"entityId\" > ?2 AND (?3 IS NULL OR \"entityId\" <= ?3)");
    query->bind_all(type, begins ? after_->row->id : std::string(),
                    ends ? std::optional(page_.next->row->id) : std::nullopt);
    std::map<std::string, KnownShadow> known;
    while (query->step()) {
      KnownShadow shadow;
      shadow.told = !query->is_null(2);
      if (!query->is_null(1))
        shadow.version = Version{query->integer(1), std::string(query->text(2))};
      shadow.absent = query->text(3) == "ABSENT";
      shadow.left = query->text(3) == "LEFT";
      shadow.quarantined = !query->is_null(4);
      known.emplace(query->text(0), std::move(shadow));
    }
    return known;
  }

  void apply_type(const std::string& type, const std::vector<const PageRow*>& rows) {
    std::map<std::string, KnownShadow> known = known_shadows(type);
    const Table* table = shown_table(work_, type);
    std::optional<RowLoader> loader;
    if (table && !rows.empty()) loader.emplace(work_, *table);
    for (const PageRow* row : rows) {
      const auto shadow = known.extract(row->entity.id);
      if (!shadow.empty() && !shadow.mapped().told)
        list_unheard_row(work_, row->entity, row->version, {true, *row->values});
      if (!work_.scope.covers(type, *row->values)) {
        if (!shadow.empty()) leave(*row);
        continue;
      }
      if (!shadow.empty() && is_current(shadow.mapped(), *row)) continue;
      if (shadow.empty() && loader && loader->load(row->entity, row->version, *row->values))
        continue;
      if (shadow.empty()) offer_unheard_row(work_, row->entity, {true, *row->values});
      write_shadow(work_, row->entity, row->version, {true, *row->values});
      touched_.insert(row->entity);
    }
    for (const auto& [id, shadow] : known) {
      if ((shadow.told || shadow.left) && !(shadow.absent && shadow.version)) sweep({type, id});
    }
  }

  static bool is_current(const KnownShadow& shadow, const PageRow& row) {
    return shadow.version == row.version && !shadow.absent && !shadow.left && !shadow.quarantined;
  }

  // The cloud would tell of it, the configuration does not want it.
  void leave(const PageRow& row) {
    leave_shadow(work_, row.entity, *row.values, row.version);
    touched_.insert(row.entity);
  }

  void sweep(const EntityKey& entity) {
    if (planted(Bug::sweeps_nothing)) return;
    withdraw_shadow(work_, entity, page_.at);
    touched_.insert(entity);
  }

  Work& work_;
  const std::optional<SnapshotPlace>& after_;
  const SnapshotPage& page_;
  const TypeOrder order_;
  std::set<EntityKey> touched_;
};

}  // namespace

std::optional<FullPull> read_full_pull(sqlite::Database& database) {
  const auto text = read_meta(database, meta_key::full_pull);
  if (!text || text->empty()) return std::nullopt;
  FullPull pull;
  const auto object = parse_json_object(*text, "a full pull");
  if (!object) return pull;  // nobody can say how far it was: from the beginning
  const json::value* after = find(*object, "after");
  auto at = version_or_null_from_json(find(*object, "at"));
  if (at) pull.at = std::move(*at);
  if (pull.at && after && !after->is_null()) {
    auto place = snapshot_place_from_json(*after);
    if (!place) return FullPull{};
    pull.after = std::move(*place);
  }
  const json::value* types = find(*object, "types");
  if (types && types->is_array()) {
    for (const json::value& type : types->get_array())
      if (type.is_string()) pull.types.emplace_back(type.get_string());
  }
  pull.passed = integer_at(*object, "passed").value_or(0);
  pull.total = integer_at(*object, "total").value_or(0);
  return pull;
}

void begin_full_pull(sqlite::Database& database) {
  write_full_pull(database, {});
}

void begin_full_pull_again(sqlite::Database& database) {
  const auto pull = read_full_pull(database);
  write_full_pull(database, {pull ? pull->at : std::nullopt, std::nullopt, {}, 0, 0});
}

SnapshotRequest snapshot_request(sqlite::Database& database, const Schema& schema,
                                 const SyncRules& rules, const FullPull& known) {
  SnapshotRequest request;
  request.types = types_in_order(schema, rules);
  const FullPull pull = in_order(known, request.types);
  request.at = pull.at;
  request.after = pull.after;
  request.cursor = read_meta_version(database, meta_key::cursor);
  if (request.cursor && needs_receipts(database)) request.since = request.cursor->seq;
  return request;
}

Settled apply_snapshot(Work& work, const SnapshotPage& page) {
  const auto known = read_full_pull(work.database);
  if (!known) return {};
  const std::vector<std::string> types = types_in_order(work.schema, work.rules);
  const FullPull pull = in_order(*known, types);
  const bool goes_on = leads_on(page.after, pull.after) && (!pull.at || *pull.at == page.at);
  if (!goes_on && !planted(Bug::loses_its_place_in_a_full_pull)) return {};
  Application application(work, pull.after, page);
  if (!application.is_in_order()) return {};
  application.run();
  Settled settled{true, {}};
  if (!page.receipts.empty()) settled.entries = apply_receipts(work, page.receipts);
  if (page.next) {
    const std::int64_t passed = std::min(pull.passed + page.passed, json_integer_max);
    write_full_pull(work.database, {page.at, page.next, types, passed, page.total});
    return settled;
  }
  write_meta(work.database, meta_key::cursor, to_text(page.at));
  write_meta(work.database, meta_key::full_pull, "");
  refresh_views(work, {});  // what waited for its parents can be shown now
  return settled;
}

}  // namespace slipway::store
