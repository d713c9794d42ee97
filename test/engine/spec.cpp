#include "engine/spec.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "model/canonical_json.h"

namespace slipway::spec {

namespace {

const std::filesystem::path folder =
    std::filesystem::path(SLIPWAY_SOURCE_FOLDER) / "test/engine/specs";

// The members of one event; whatever was not asked for is a mistake in the spec.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}
  ~Members() noexcept(false) {
    if (std::uncaught_exceptions() == 0 && read_ < object_.size())
      throw std::runtime_error("an unknown member");
  }

  bool has(const char* key) const { return object_.contains(key); }
  const json::value& get(const char* key) { return ++read_, object_.at(key); }
  bool flag(const char* key) { return get(key).as_bool(); }
  std::int64_t number(const char* key) { return get(key).as_int64(); }
  std::int64_t number_or_zero(const char* key) { return has(key) ? number(key) : 0; }
  // A commit of the usual history by its seq, of another one as "SEQ-SALT".
  Version version(const char* key) {
    const json::value& value = get(key);
    if (value.is_int64()) return {value.get_int64(), "0000000000000000"};
    return version_from_text(value.as_string()).value();
  }
  std::vector<EntryId> ids(const char* key) {
    return has(key) ? json::value_to<std::vector<EntryId>>(get(key)) : std::vector<EntryId>{};
  }

 private:
  const json::object& object_;
  std::size_t read_ = 0;
};

FailureClass failure_from(std::string_view text) {
  for (int i = 0; i <= int(FailureClass::horizon_passed); ++i) {
    if (to_text(FailureClass(i)) == text) return FailureClass(i);
  }
  throw std::runtime_error("unknown failure " + std::string(text));
}

event::ExchangeFailed failed_from(Members& m) {
  event::ExchangeFailed e;
  e.exchange = ExchangeId(m.number("exchange"));
  e.means = failure_from(m.get("means").as_string());
  e.message = m.has("message") ? std::string(m.get("message").as_string()) : "It failed.";
  if (m.has("retry_after_ms")) e.retry_after = Duration(m.number("retry_after_ms"));
  e.entries = m.ids("entries");
  e.units = m.has("units") ? std::size_t(m.number("units")) : e.entries.size();
  return e;
}

event::PolicyChanged policy_from(Members& m) {
  return {Duration(m.number("poll_interval_ms")),
          {Duration(m.number("base_ms")), unsigned(m.number("factor")),
           Duration(m.number("cap_ms")), entry_backoff.floor}};
}

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    names.push_back(file.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

json::object load(const std::string& name) {
  std::stringstream text;
  text << std::ifstream(folder / (name + ".json")).rdbuf();
  auto spec = parse_json_object(text.str(), name);
  if (!spec) throw std::runtime_error(spec.error().message);
  return std::move(*spec);
}

Instant time_of(const json::object& step, Instant now, const Engine& engine) {
  if (const auto* at = step.if_contains("at_ms"))
    return std::max(now, Instant{Duration(at->as_int64())});
  if (const auto* later = step.if_contains("later_ms")) return now + Duration(later->as_int64());
  if (const auto* at = step.if_contains("at")) {
    if (at->as_string() != "wakeup") throw std::runtime_error("\"at\" is not \"wakeup\"");
    return std::max(now, engine.next_wakeup().value_or(now));
  }
  return now;
}

Event event_from(const json::value& value) {
  if (const auto* name = value.if_string())
    return event_from(json::object{{*name, json::object()}});
  const auto& [key, content] = *value.as_object().begin();
  const std::string_view name = key;
  Members m(content.as_object());
  const auto exchange = [&] { return ExchangeId(m.number("exchange")); };
  const auto full_pull = [&] { return m.has("full_pull") && m.flag("full_pull"); };
  if (name == "Started") return event::Started{m.flag("cursor_known"), full_pull()};
  if (name == "WorkAppeared") return event::WorkAppeared{};
  if (name == "TimePassed") return event::TimePassed{};
  if (name == "ProbeAnswered") return event::ProbeAnswered{exchange(), full_pull()};
  if (name == "PushAnswered") {
    return event::PushAnswered{exchange(),
                               !m.has("page_absorbed") || m.flag("page_absorbed"),
                               m.has("more") && m.flag("more"),
                               m.ids("unsettled"),
                               m.ids("settled"),
                               m.number_or_zero("cursor")};
  }
  if (name == "PullAnswered") {
    return event::PullAnswered{exchange(), m.has("more") && m.flag("more"), m.ids("settled"),
                               m.number_or_zero("cursor"), full_pull()};
  }
  if (name == "Poked") {
    return event::Poked{StreamId(m.number("stream")), m.version("head"), m.version("cursor"),
                        m.ids("settled")};
  }
  if (name == "StreamEnded") {
    event::StreamEnded e{StreamId(m.number("stream")), FailureClass::unreachable, std::nullopt};
    if (m.has("means")) e.means = failure_from(m.get("means").as_string());
    if (m.has("retry_after_ms")) e.retry_after = Duration(m.number("retry_after_ms"));
    if (m.has("message")) e.message = m.get("message").as_string();
    if (m.has("return_within_ms")) e.return_within = Duration(m.number("return_within_ms"));
    return e;
  }
  if (name == "NothingToPush") return event::NothingToPush{exchange()};
  if (name == "ExchangeFailed") return failed_from(m);
  if (name == "HistoryCompared")
    return event::HistoryCompared{exchange(), m.has("done") && m.flag("done"), full_pull()};
  if (name == "Standby")
    return event::Standby{m.flag("on"), m.has("cursor_known") && m.flag("cursor_known"),
                          m.has("full_pull") && m.flag("full_pull")};
  if (name == "CloudJoined") return event::CloudJoined{full_pull()};
  if (name == "NetworkChanged") return event::NetworkChanged{m.flag("up")};
  if (name == "OfflineSimulated") return event::OfflineSimulated{m.flag("on")};
  if (name == "Paused") return event::Paused{m.flag("on")};
  if (name == "TokenChanged") return event::TokenChanged{};
  if (name == "SyncRequested") return event::SyncRequested{};
  if (name == "WaitCleared") return event::WaitCleared{m.number("entry")};
  if (name == "PolicyChanged") return policy_from(m);
  if (name == "StoreFailed") return event::StoreFailed{};
  if (name == "StoreReopened") return event::StoreReopened{m.flag("cursor_known"), full_pull()};
  throw std::runtime_error("unknown event " + std::string(name));
}

namespace {

struct ToJson {
  json::value operator()(const action::Probe& a) const { return {{"Probe", a.exchange}}; }
  json::value operator()(const action::Pull& a) const { return {{"Pull", a.exchange}}; }
  json::value operator()(const action::CompareHistory& a) const {
    return {{"CompareHistory", a.exchange}};
  }
  json::value operator()(const action::PullAll& a) const { return {{"PullAll", a.exchange}}; }
  json::value operator()(const action::Cancel& a) const { return {{"Cancel", a.exchange}}; }
  json::value operator()(const action::OpenStream& a) const { return {{"OpenStream", a.stream}}; }
  json::value operator()(const action::CloseStream& a) const { return {{"CloseStream", a.stream}}; }
  json::value operator()(const action::Announce&) const { return "Announce"; }
  json::value operator()(const action::ReopenStore&) const { return "ReopenStore"; }
  json::value operator()(const action::ShowWait& a) const {
    return {{"ShowWait", json::value_from(a.entries)}};
  }
  json::value operator()(const action::Push& a) const {
    json::object object{{"Push", a.exchange}};
    if (a.units_max != limits::push_entries_max) object["units_max"] = a.units_max;
    if (!a.waiting.empty()) object["waiting"] = json::value_from(a.waiting);
    return object;
  }
};

}  // namespace

json::value to_json(const Action& action) {
  return std::visit(ToJson{}, action);
}

}  // namespace slipway::spec
