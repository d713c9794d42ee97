#include "local_api/settings.h"

#include "model/canonical_json.h"
#include "store/meta.h"

namespace slipway::local_api {

namespace {

std::unexpected<Error> bad(std::string_view name, std::string_view wanted) {
  return fail(ErrorKind::invalid, "invalid-setting",
              "“" + std::string(name) + "” must be " + std::string(wanted),
              "No setting was changed.", std::string(name));
}

Result<void> set_duration(const json::value& value, std::string_view name, Duration least,
                          Duration most, Duration& into) {
  if (!value.is_int64() || value.get_int64() < least.count() || value.get_int64() > most.count()) {
    return bad(name, "milliseconds from " + std::to_string(least.count()) + " to " +
                         std::to_string(most.count()));
  }
  into = Duration(value.get_int64());
  return {};
}

Result<void> set_one(Settings& settings, std::string_view name, const json::value& value) {
  using namespace std::chrono_literals;
  if (name == "intervalMs") return set_duration(value, name, 100ms, 24h, settings.interval);
  if (name == "backoffBaseMs") return set_duration(value, name, 1ms, 24h, settings.backoff_base);
  if (name == "backoffMaxMs") return set_duration(value, name, 1ms, 24h, settings.backoff_max);
  if (name == "attemptsMax") {
    if (!value.is_int64() || value.get_int64() < 1 || value.get_int64() > 1000)
      return bad(name, "a whole number from 1 to 1000");
    settings.attempts_max = value.get_int64();
    return {};
  }
  if (name == "logPayloads") {
    if (!value.is_bool()) return bad(name, "true or false");
    settings.log_payloads = value.get_bool();
    return {};
  }
  return fail(ErrorKind::invalid, "unknown-setting",
              "There is no setting “" + std::string(name) + "” to change",
              "Settings: intervalMs, attemptsMax, backoffBaseMs, backoffMaxMs, logPayloads.",
              std::string(name));
}

Result<Settings> with(Settings settings, const json::object& wanted) {
  for (const auto& member : wanted) {
    if (auto set = set_one(settings, member.key(), member.value()); !set)
      return std::unexpected(set.error());
  }
  if (settings.backoff_max < settings.backoff_base)
    return bad("backoffMaxMs", "at least backoffBaseMs");
  return settings;
}

}  // namespace

SettingsKeeper::SettingsKeeper(store::Store& store, Settings configured,
                               std::function<void(const Settings&)> applied)
    : store_(store), settings_(configured), applied_(std::move(applied)) {}

Result<void> SettingsKeeper::load() {
  auto stored = store_.meta(store::meta_key::settings);
  if (!stored) return std::unexpected(stored.error());
  if (*stored) {
    auto object = parse_json_object(**stored, "the stored settings");
    auto settings = object ? with(settings_, *object) : std::unexpected(object.error());
    if (!settings) return std::unexpected(settings.error());
    changed_ = std::move(*object);
    settings_ = *settings;
  }
  applied_(settings_);
  return {};
}

Result<void> SettingsKeeper::change(const json::object& wanted) {
  auto settings = with(settings_, wanted);
  if (!settings) return std::unexpected(settings.error());
  json::object changed = changed_;
  for (const auto& member : wanted) changed.insert_or_assign(member.key(), member.value());
  if (auto kept = store_.set_meta(store::meta_key::settings, canonical_json(changed)); !kept)
    return kept;
  changed_ = std::move(changed);
  settings_ = *settings;
  applied_(settings_);
  return {};
}

json::object SettingsKeeper::to_json() const {
  return {{"intervalMs", settings_.interval.count()},
          {"attemptsMax", settings_.attempts_max},
          {"backoffBaseMs", settings_.backoff_base.count()},
          {"backoffMaxMs", settings_.backoff_max.count()},
          {"logPayloads", settings_.log_payloads}};
}

}  // namespace slipway::local_api
