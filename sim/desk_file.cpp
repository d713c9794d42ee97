#include "desk_file.h"

#include "device.h"

namespace slipway::sim {

std::vector<SeenEntry> entries_in(sqlite::Database& file, const std::string& condition) {
  std::vector<SeenEntry> list;
  for (const TextRow& row :
       query(file,
             "SELECT id, clientRequestId, status, op, coalesce(groupId, ''),"
             " coalesce(conflict ->> 'reason', ''), rootId, entityType, entityId, payload,"
             " coalesce(conflict -> 'server', '{}') FROM SyncQueue WHERE " +
                 condition + " ORDER BY lanePosition, id")) {
    list.push_back({std::atoll(row[0].c_str()),
                    row[1],
                    row[2],
                    row[3],
                    row[4],
                    row[5],
                    row[6],
                    {row[7], row[8]},
                    object_from(row[9]),
                    row[10] == "null" ? json::object() : object_from(row[10])});
  }
  return list;
}

std::set<EntityKey> quarantined_in(sqlite::Database& file) {
  std::set<EntityKey> hidden;
  for (const TextRow& row :
       query(file, "SELECT entityType, entityId FROM SyncShadow WHERE quarantine IS NOT NULL"))
    hidden.insert({row[0], row[1]});
  return hidden;
}

std::int64_t cursor_in(sqlite::Database& file) {
  const auto value = query(file, "SELECT value FROM sync_meta WHERE key = 'cursor'");
  return value.empty() ? 0 : std::atoll(value[0][0].c_str());
}

bool is_in_full_pull(sqlite::Database& file) {
  const auto pull = query(file, "SELECT value FROM sync_meta WHERE key = 'fullPull'");
  return !pull.empty() && !pull[0][0].empty();
}

}  // namespace slipway::sim
