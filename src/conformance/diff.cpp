#include "conformance/diff.h"

#include <algorithm>

namespace slipway::conformance {

namespace {

// YYYY-MM-DDT…, which every reader of RFC 3339 understands.
bool looks_like_a_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

}  // namespace

std::string lacking_in(const json::object& conflict, const StaleWrite& stale) {
  const json::value* fields = find(conflict, "fields");
  const bool named =
      fields && fields->is_array() &&
      std::ranges::find(fields->get_array(), json::value(stale.field)) != fields->get_array().end();
  if (!named) return "conflict.fields has to name " + quoted(stale.field) + ", which was changed.";
  for (const auto& [side, text] :
       {std::pair<std::string_view, std::string_view>{"local", stale.local},
        {"server", stale.server}}) {
    const json::value* values = find(conflict, side);
    const auto told =
        values && values->is_object() ? text_at(values->get_object(), stale.field) : std::nullopt;
    if (told == text) continue;
    return "conflict." + std::string(side) + " has to hold " + quoted(stale.field) + " as " +
           (side == "local" ? "the writer wrote it" : "it is now") + " (" + quoted(text) + ").";
  }
  const json::value* base = find(conflict, "base");
  const auto told =
      base && base->is_object() ? text_at(base->get_object(), stale.field) : std::nullopt;
  if (told && told != stale.base)
    return "conflict.base has to hold " + quoted(stale.field) + " as the writer saw it (" +
           quoted(stale.base) + "), or nothing where that is not known any more.";
  if (text_at(conflict, "who").value_or("").empty())
    return "conflict.who has to say who made the other change.";
  if (!looks_like_a_time(text_at(conflict, "when").value_or("")))
    return "conflict.when has to say when the other change was made, as in RFC 3339.";
  return "";
}

bool tells_base(const json::object& conflict, const StaleWrite& stale) {
  const json::value* base = find(conflict, "base");
  return base && base->is_object() && text_at(base->get_object(), stale.field);
}

}  // namespace slipway::conformance
