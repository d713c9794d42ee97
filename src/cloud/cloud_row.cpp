#include "cloud/cloud_row.h"

#include "cloud/limits.h"
#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

json::array to_json(const Mark& mark) {
  json::array parts{mark.seq, mark.incarnation, mark.lane_position};
  if (mark.mixed) parts.emplace_back(true);
  if (mark.assigned) parts.emplace_back("assigned");
  return parts;
}

std::optional<Mark> mark_from_json(const json::value* value) {
  if (!value || !value->is_array()) return std::nullopt;
  const json::array& parts = value->get_array();
  if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
  if (!parts[0].is_int64() || !parts[1].is_string() || !parts[2].is_int64()) return std::nullopt;
  const bool assigned = parts.size() == 4 && parts[3] == "assigned";
  return Mark{parts[0].get_int64(), std::string(parts[1].get_string()), parts[2].get_int64(),
              parts.size() == 4 && !assigned, assigned};
}

std::optional<Mark> adoption_from_json(std::string incarnation, const json::value& value) {
  if (value.is_int64()) return Mark{0, std::move(incarnation), value.get_int64()};
  const json::array* parts = value.if_array();
  if (!parts || parts->size() != 2 || !(*parts)[0].is_int64() || !(*parts)[1].is_int64())
    return std::nullopt;
  return Mark{(*parts)[0].get_int64(), std::move(incarnation), (*parts)[1].get_int64()};
}

}  // namespace

const Mark& CloudRow::mark_of(std::string_view field) const {
  const auto at = fields.find(field);
  return at == fields.end() ? whole : at->second;
}

std::string marks_to_text(const CloudRow& row) {
  json::object object{{"birth", to_json(row.birth)}};
  if (row.whole != row.birth) object["whole"] = to_json(row.whole);
  if (!row.fields.empty()) {
    json::object fields;
    for (const auto& [field, mark] : row.fields) fields[field] = to_json(mark);
    object["fields"] = std::move(fields);
  }
  if (!row.adopted.empty()) {
    json::object adopted;
    for (const auto& [incarnation, mark] : row.adopted)
      adopted[incarnation] = json::array{mark.seq, mark.lane_position};
    object["adopted"] = std::move(adopted);
  }
  return json_text(object);
}

Result<void> marks_from_text(std::string_view text, CloudRow& into) {
  const auto damaged = [] {
    return fail(ErrorKind::storage, "corrupt", "The marks of a row in the cloud are damaged",
                "Restore the database from a backup.");
  };
  const auto object = parse_json_object(text, "the marks of a row");
  if (!object) return damaged();
  const auto birth = mark_from_json(find(*object, "birth"));
  if (!birth) return damaged();
  into.birth = *birth;
  into.whole = mark_from_json(find(*object, "whole")).value_or(*birth);
  if (const json::value* fields = find(*object, "fields"); fields && fields->is_object()) {
    for (const auto& member : fields->get_object()) {
      const auto mark = mark_from_json(&member.value());
      if (!mark) return damaged();
      into.fields.emplace(member.key(), *mark);
    }
  }
  if (const json::value* adopted = find(*object, "adopted"); adopted && adopted->is_object()) {
    for (const auto& member : adopted->get_object()) {
      const auto mark = adoption_from_json(std::string(member.key()), member.value());
      if (!mark) return damaged();
      into.adopted.emplace(member.key(), *mark);
    }
  }
  return {};
}

std::optional<EntityKey> referred(const Reference& reference, const json::object& values) {
  json::array parts;
  for (const std::string& field : reference.fields) {
    const json::value* value = find(values, field);
    if (!value || value->is_null()) return std::nullopt;
    parts.push_back(*value);
  }
  if (parts.size() == 1) return EntityKey{reference.target, key_text(parts[0])};
  return EntityKey{reference.target, canonical_json(json::value(std::move(parts)))};
}

bool is_keepable(const EntityKey& key) {
  return key.type.size() <= entity_name_bytes_max && key.id.size() <= entity_name_bytes_max;
}

std::optional<Edge> edge_of(const Reference& reference, const json::object& values) {
  auto target = referred(reference, values);
  if (!target || !is_keepable(*target)) return std::nullopt;
  return Edge{std::move(*target), joined(reference.fields)};
}

std::vector<Edge> edges_of(const EntityKey& key, const CloudRow& row,
                           const References& references) {
  std::vector<Edge> edges;
  const auto of_type = references.find(key.type);
  if (!row.live() || of_type == references.end()) return edges;
  for (const Reference& reference : of_type->second) {
    if (auto edge = edge_of(reference, row.values)) edges.push_back(std::move(*edge));
  }
  return edges;
}

std::string joined(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ", ") + field;
  return text;
}

}  // namespace slipway::cloud
