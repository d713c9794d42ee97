// Tells every open panel what changed: `queue`, `data`, `status` and `actions` events to all
// streams, the first after a quiet moment at once, those that follow it gathered. A stream begins
// with the whole status, and what can be done follows at once.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "http/message.h"
#include "local_api/context.h"
#include "local_api/status_json.h"

namespace slipway::local_api {

class EventHub {
 public:
  EventHub(http::Loop& loop, std::function<Now()> clock);

  void attach(Context& context) { context_ = &context; }
  void add(std::shared_ptr<http::EventStream> stream);
  void note(const store::Changes& changes);
  void note_progress();  // the connection or a wait changed
  Result<json::object> status();

 private:
  void gather();
  void flush();
  void broadcast(std::string_view event, const json::object& data);
  void tell_actions();

  std::function<Now()> clock_;
  http::Loop::Alarm alarm_;
  Context* context_ = nullptr;
  DrainProgress progress_;
  std::vector<std::shared_ptr<http::EventStream>> streams_;
  std::map<EntryId, store::Changes::Entry> entries_;
  std::set<EntityKey> rows_;
  std::optional<std::string> actions_told_;  // to all streams, and nothing was otherwise since
  std::optional<std::string> away_;
  bool gathering_ = false;
  Instant next_flush_{};  // not before
  std::int64_t last_id_ = 0;
};

}  // namespace slipway::local_api
