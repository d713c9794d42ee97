// What the oracle sees of a desk that had rows before Slipway, and what must hold there.
#include <algorithm>

#include "app.h"
#include "first_desk.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

struct Shown {
  const char* type;
  std::vector<std::string> fields;
};
const std::array<Shown, 2>& shown_fields() {
  static const std::array<Shown, 2> all{Shown{"Parent", {"name", "place"}},
                                        Shown{"Child", {"title", "parentId"}}};
  return all;
}

json::value from_text(const std::string& text) {
  return text == "NULL" ? json::value(nullptr) : json::value(text);
}

// In the fields that these worlds write.
bool same(const EntityKey& entity, const json::object& a, const json::object& b) {
  for (const Shown& type : shown_fields()) {
    if (type.type != entity.type) continue;
    for (const std::string& field : type.fields) {
      const json::value *one = find(a, field), *other = find(b, field);
      const bool is_null = !one || one->is_null();
      if (is_null != (!other || other->is_null()) || (!is_null && *one != *other)) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<SeenEntry> FirstDesk::entries(const std::string& condition) {
  return entries_in(raw_.get(), condition);
}

std::vector<FirstDesk::Lost> FirstDesk::lost() {
  std::vector<Lost> list;
  for (const TextRow& row : query(
           raw_.get(), "SELECT id, entityType, entityId, coalesce(\"values\", '{}') FROM SyncLost"))
    list.push_back({std::atoll(row[0].c_str()), {row[1], row[2]}, object_from(row[3])});
  return list;
}

Rows FirstDesk::shown() {
  Rows rows;
  for (const Shown& type : shown_fields()) {
    for (const TextRow& row :
         query(raw_.get(), "SELECT id, \"" + type.fields[0] + "\", \"" + type.fields[1] +
                               "\" FROM \"" + type.type + "\""))
      rows[{type.type, row[0]}] = {{type.fields[0], from_text(row[1])},
                                   {type.fields[1], from_text(row[2])}};
  }
  return rows;
}

std::optional<json::object> FirstDesk::shown(const EntityKey& entity) {
  const Rows rows = shown();
  const auto found = rows.find(entity);
  if (found == rows.end()) return std::nullopt;
  return found->second;
}

std::string FirstDesk::all_rows() {
  std::string text;
  for (const auto& [entity, values] : shown())
    text += to_text(entity) + canonical_json(values) + "\n";
  for (const SeenEntry& entry : entries("1"))
    text += std::to_string(entry.id) + entry.request_id + entry.status + "\n";
  return text;
}

void FirstDesk::was_told(const std::vector<PageRow>& rows) {
  for (const PageRow& row : rows) {
    const auto held = before_.find(row.entity);
    if (held != before_.end() && told_.insert(row.entity).second && row.values && !row.deleted)
      run_.seen(same(row.entity, held->second, *row.values)
                    ? "the cloud tells a row from before Slipway as it is"
                    : "the cloud tells a row from before Slipway otherwise");
    told_.insert(row.entity);
  }
}

void FirstDesk::note_offers() {
  for (const SeenEntry& entry : entries("1")) {
    if (!known_.insert(entry.id).second) continue;
    if (entry.op != "create" || !before_.contains(entry.entity))
      return run_.violated("I3", name_ + " has an entry that nobody wrote: " +
                                     std::to_string(entry.id) + " of " + to_text(entry.entity));
    run_.seen("a row that was never offered becomes a question");
  }
}

// As the cloud has it as of the cursor, or, where no cloud has ever told of it, as the app had it;
// and over that what is open.
FirstDesk::Expected FirstDesk::expected(const EntityKey& entity,
                                        const std::map<EntityKey, Image>& at_cloud,
                                        const std::vector<SeenEntry>& entries_of_row) {
  Expected row;
  // The cloud has said that such a row may go.
  const bool is_deleted = std::ranges::any_of(entries_of_row, [](const SeenEntry& entry) {
    return entry.status == "SUCCESS" && entry.op == "delete";
  });
  if (is_deleted) told_.insert(entity);
  const bool is_told = told_.contains(entity);
  const auto image = at_cloud.find(entity);
  if (is_told && image != at_cloud.end()) row = {image->second.live, image->second.values};
  const auto held = before_.find(entity);
  if (!is_told && held != before_.end()) row = {true, held->second};
  for (const SeenEntry& entry : entries_of_row) {
    if (!entry.is_open()) continue;
    if (entry.op == "delete") row = {};
    if (entry.op == "create") row = {true, entry.payload};
    if (entry.op != "update" || !row.exists) continue;
    for (const auto& member : entry.payload) row.values[member.key()] = member.value();
  }
  return row;
}

void FirstDesk::check_view() {
  if (!cloud_ || is_in_full_pull(raw_.get())) return;
  const auto at_cloud = cloud_->rows_at(cursor_in(raw_.get()));
  const Rows rows = shown();
  const auto hidden = quarantined_in(raw_.get());
  std::map<EntityKey, std::vector<SeenEntry>> lanes;
  for (SeenEntry& entry : entries("1")) lanes[entry.entity].push_back(std::move(entry));
  std::set<EntityKey> all;
  for (const auto& [entity, values] : rows) all.insert(entity);
  for (const auto& [entity, image] : at_cloud) all.insert(entity);
  for (const auto& [entity, values] : before_) all.insert(entity);
  for (const EntityKey& entity : all) {
    if (hidden.contains(entity)) continue;
    const Expected wanted = expected(entity, at_cloud, lanes[entity]);
    const auto row = rows.find(entity);
    const bool is_shown = row != rows.end();
    if (is_shown != wanted.exists)
      return run_.violated(
          "I11", to_text(entity) + (is_shown ? " is shown" : " is not shown") + " at " + name_);
    if (is_shown && !same(entity, row->second, wanted.values))
      return run_.violated("I11", to_text(entity) + " shows " + canonical_json(row->second) +
                                      " at " + name_ + ", not " + canonical_json(wanted.values));
  }
}

void FirstDesk::check_account() {
  for (const SeenEntry& entry : entries("1")) {
    const std::string what = "entry " + std::to_string(entry.id) + " of " + name_;
    const auto verdict = cloud_->verdict_of(entry.request_id);
    if (entry.status == "DISCARDED" && !closed_.contains(entry.request_id))
      return run_.violated("I1", what + " is closed, and nobody discarded it");
    if (entry.status == "SUCCESS" && verdict != "applied" && verdict != "merged")
      return run_.violated("I1", what + " is settled, and the cloud has no receipt of it");
    if (entry.is_open()) return run_.violated("I24", what + " is " + entry.status + " in the end");
  }
}

bool FirstDesk::is_held_for_a_child(const EntityKey& entity) {
  return std::ranges::any_of(shown(), [&](const auto& row) {
    const json::value* parent = find(row.second, "parentId");
    return parent && entity.type == "Parent" && *parent == json::value(entity.id);
  });
}

void FirstDesk::check_rows() {
  const Rows rows = shown();
  const auto at_cloud = cloud_->rows();
  const auto hidden = quarantined_in(raw_.get());
  for (const auto& [entity, image] : at_cloud) {
    if (!image.live) continue;
    const auto row = rows.find(entity);
    if (row == rows.end() || !same(entity, row->second, image.values))
      return run_.violated("I23", to_text(entity) + " at " + name_ + " is not the cloud's");
  }
  for (const auto& [entity, values] : rows) {
    const auto image = at_cloud.find(entity);
    if (image != at_cloud.end() && image->second.live) continue;
    const auto held = before_.find(entity);
    const bool is_own = !told_.contains(entity) && held != before_.end();
    if (is_own) run_.seen("a row from before Slipway stays this desk's alone");
    const bool is_kept = hidden.contains(entity) && is_held_for_a_child(entity);
    if (!is_own && !is_kept)
      return run_.violated(
          "I23", to_text(entity) + " is shown at " + name_ + ", and the cloud has no such row");
  }
}

void FirstDesk::find_values() {
  for (const auto& [entity, values] : shown()) account_.find_in(entity, values);
  for (const Lost& one : lost()) account_.find_in(one.entity, one.values);
}

}  // namespace slipway::sim
