#include "local_api/actions_json.h"

namespace slipway::local_api {

json::array actions_json(const Context& context) {
  const SyncRules& rules = context.store.rules();
  const std::optional<std::string> away = context.worker.engine().away();
  json::array actions;
  for (const auto& [type, table] : context.store.schema().tables()) {
    if (!rules.syncs(type)) continue;
    for (const std::string& action : rules.actions_of(type)) {
      const bool needs_cloud = rules.requires_online(action, type);
      const bool refused = needs_cloud && away;
      actions.push_back({{"action", action},
                         {"entityType", type},
                         {"op", to_text(*rules.op_of(action, type))},
                         {"requires", needs_cloud ? json::value("online") : json::value(nullptr)},
                         {"allowed", !refused},
                         {"queues", !needs_cloud && away.has_value()},
                         {"reason", refused ? json::value(*away) : json::value(nullptr)}});
    }
  }
  return actions;
}

}  // namespace slipway::local_api
