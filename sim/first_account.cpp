#include "first_account.h"

#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

// What desks show in these worlds; the rest of a row is always the same.
const std::set<std::string> shown_fields = {"name", "place", "title", "parentId"};

}  // namespace

void FirstAccount::owe(const EntityKey& entity, const json::object& values,
                       const std::string& whose) {
  for (const auto& member : values) {
    const bool is_shown = shown_fields.contains(std::string(member.key()));
    if (!is_shown || member.value().is_null()) continue;
    owed_[{entity, std::string(member.key()), canonical_json(member.value())}] = whose;
  }
}

void FirstAccount::see(const EntityKey& entity, const json::object& values) {
  for (const auto& member : values)
    seen_.insert({entity, std::string(member.key()), canonical_json(member.value())});
}

void FirstAccount::see(const EntityKey& entity, std::string_view field,
                       const json::object& values) {
  if (const json::value* value = find(values, field))
    seen_.insert({entity, std::string(field), canonical_json(*value)});
}

void FirstAccount::forget(const std::string& whose) {
  std::erase_if(owed_, [&](const auto& one) { return one.second == whose; });
}

void FirstAccount::find_in(const EntityKey& entity, const json::object& values) {
  for (const auto& member : values)
    found_.insert({entity, std::string(member.key()), canonical_json(member.value())});
}

void FirstAccount::check(Run& run) {
  for (const auto& [value, whose] : owed_) {
    if (seen_.contains(value) || found_.contains(value)) continue;
    const auto& [entity, field, text] = value;
    return run.violated("I12", to_text(entity) + " has lost " + field + " = " + text + " of " +
                                   whose + ", which nobody has seen");
  }
}

}  // namespace slipway::sim
