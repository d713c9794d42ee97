#include "local_api/event_hub.h"

#include <algorithm>

#include "base/check.h"
#include "engine/limits.h"
#include "local_api/actions_json.h"
#include "model/canonical_json.h"

namespace slipway::local_api {

EventHub::EventHub(http::Loop& loop, std::function<Now()> clock)
    : clock_(std::move(clock)), alarm_(loop, [this] { flush(); }) {}

Result<json::object> EventHub::status() {
  CHECK(context_ != nullptr);
  return status_json(*context_, progress_);
}

void EventHub::add(std::shared_ptr<http::EventStream> stream) {
  if (auto state = status()) stream->send("status", json_text(*state), std::to_string(++last_id_));
  streams_.push_back(std::move(stream));
  actions_told_.reset();  // at the next flush, which follows at once
  gather();
}

void EventHub::note(const store::Changes& changes) {
  for (const auto& entry : changes.entries) entries_.insert_or_assign(entry.id, entry);
  rows_.insert(changes.rows.begin(), changes.rows.end());
  gather();
}

void EventHub::note_progress() {
  // A change and its return between two flushes may have been read by somebody meanwhile.
  if (auto away = context_->worker.engine().away(); away != away_) {
    away_ = std::move(away);
    actions_told_.reset();
  }
  gather();
}

void EventHub::gather() {
  if (gathering_) return;
  gathering_ = true;
  alarm_.set(std::max(clock_().instant, next_flush_));
}

void EventHub::flush() {
  gathering_ = false;
  next_flush_ = clock_().instant + limits::event_gathering;
  auto entries = std::exchange(entries_, {});
  auto rows = std::exchange(rows_, {});
  std::erase_if(streams_, [](const auto& stream) { return !stream->open(); });
  if (!entries.empty() && !streams_.empty()) {
    json::array list;
    for (const auto& [id, entry] : entries) {
      if (list.size() == limits::event_rows_max) break;
      list.push_back({{"id", id},
                      {"status", to_text(entry.status)},
                      {"entityType", entry.entity.type},
                      {"entityId", entry.entity.id}});
    }
    const bool more = list.size() < entries.size();
    broadcast("queue", {{"entries", std::move(list)}, {"more", more}});
  }
  if (!rows.empty() && !streams_.empty()) {
    json::array list;
    for (const EntityKey& row : rows) {
      if (list.size() == limits::event_rows_max) break;
      list.push_back({{"entityType", row.type}, {"entityId", row.id}});
    }
    const bool more = list.size() < rows.size();
    broadcast("data", {{"rows", std::move(list)}, {"more", more}});
  }
  // Counted also when nobody listens: a drain's progress begins when it begins.
  if (auto state = status()) broadcast("status", *state);
  if (!streams_.empty()) tell_actions();
}

// What can be done follows the connection and the app's tables; both change far less often than
// the rest.
void EventHub::tell_actions() {
  const json::object now{{"actions", actions_json(*context_)}};
  std::string text = json_text(now);
  if (text == actions_told_) return;
  actions_told_ = std::move(text);
  broadcast("actions", now);
}

void EventHub::broadcast(std::string_view event, const json::object& data) {
  const std::string text = json_text(data);
  const std::string id = std::to_string(++last_id_);
  for (const auto& stream : streams_) stream->send(event, text, id);
}

}  // namespace slipway::local_api
