// What a discard must take along, told from the tables alone.

#include "checks.h"

namespace slipway::sim {

namespace {

std::string list_of(const std::set<EntryId>& ids) {
  std::string text;
  for (const EntryId id : ids) text += " " + std::to_string(id);
  return text.empty() ? " nothing" : text;
}

}  // namespace

// The entry, its group, and for a create all that cannot live without it, unless the cloud has the
// row.
std::set<EntryId> closure_of(Device& device, EntryId id) {
  std::set<EntryId> ids;
  for (const TextRow& row :
       query(device.raw(),
             "WITH RECURSIVE open AS (SELECT * FROM SyncQueue WHERE status NOT IN ('SUCCESS',"
             " 'DISCARDED')), closing(id) AS (SELECT id FROM open WHERE id = ?1 UNION"
             " SELECT o.id FROM closing JOIN open c ON c.id = closing.id JOIN open o"
             " ON o.groupId = c.groupId OR (c.op = 'create' AND NOT EXISTS (SELECT 1 FROM"
             " SyncShadow s WHERE s.entityType = c.entityType AND s.entityId = c.entityId AND"
             " s.seq IS NOT NULL AND s.state <> 'ABSENT') AND (EXISTS (SELECT 1 FROM"
             " json_each(o.dependsOn) WHERE value = c.rootId) OR (o.entityType = c.entityType AND"
             " o.entityId = c.entityId AND o.lanePosition > c.lanePosition))))"
             " SELECT id FROM closing",
             id)) {
    ids.insert(std::atoll(row[0].c_str()));
  }
  return ids;
}

void check_discard(Run& run, Device& device, const std::set<EntryId>& expected,
                   const std::vector<store::Entry>& closed) {
  std::set<EntryId> ids;
  for (const store::Entry& entry : closed) ids.insert(entry.id);
  if (ids == expected) return;
  run.violated("I14", device.name() + " discarded" + list_of(ids) + ", it should have discarded" +
                          list_of(expected));
}

}  // namespace slipway::sim
