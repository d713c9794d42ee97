#include "model/given_ids.h"

#include <algorithm>

#include "model/client_request_id.h"

namespace slipway {

Body with_given_ids(Body body, const PushItem& item, const std::vector<Reference>& references,
                    const std::vector<GivenId>& given) {
  const auto given_to = [&](const EntityKey& entity) -> const json::value* {
    const auto at = std::ranges::find(given, entity, &GivenId::entity);
    return at == given.end() ? nullptr : &at->id;
  };
  const auto rename = [&](const std::string& field, const std::string& type) {
    for (json::object* fields : {&body.payload, &body.base}) {
      json::value* value = fields->if_contains(field);
      if (!value || value->is_null()) continue;
      if (const json::value* id = given_to({type, key_text(*value)})) *value = *id;
    }
  };
  if (!item.key_field.empty()) rename(item.key_field, body.entity.type);
  for (const Reference& reference : references) {
    if (reference.type != body.entity.type || reference.fields.size() != 1) continue;
    rename(reference.fields.front(), reference.target);
  }
  if (const json::value* id = given_to(body.entity)) body.entity.id = key_text(*id);
  return body;
}

std::string name_of_listed_row(const EntityKey& there, bool is_integer) {
  const std::string uuid = client_request_id(json::object{{"listed", to_text(there)}});
  if (!is_integer) return uuid;
  std::string digits = uuid;
  std::erase(digits, '-');
  constexpr std::size_t digits_of_52_bits = 13;  // the last ones, behind version and variant
  const std::string last = digits.substr(digits.size() - digits_of_52_bits);
  const std::uint64_t number = std::stoull(last, nullptr, 16);
  return "-" + std::to_string(number + 1);
}

}  // namespace slipway
