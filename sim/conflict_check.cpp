// I12: a conflict has the cause that it tells. What a group's mates had written by then is gone
// with the group, so of a group only the fields are looked at, and none is demanded.

#include <algorithm>

#include "lineage.h"

namespace slipway::sim {

namespace {

bool has_a_last_word(Rule rule) {
  return rule == Rule::server || rule == Rule::client;
}

}  // namespace

bool Lineage::is_live(const EntityKey& entity) const {
  const auto row = rows_.find(entity);
  return row != rows_.end() && row->second.live;
}

bool Lineage::refers_to_nothing(const LineageRow& row, const Body& body) const {
  const auto refers = [&](const json::object& values) {
    const json::value* parent = find(values, "parentId");
    return parent && parent->is_string() && !is_live({"Parent", std::string(parent->as_string())});
  };
  return body.op != Op::remove && (refers(body.payload) || refers(row.values));
}

bool Lineage::has_children(const EntityKey& entity) const {
  return std::ranges::any_of(rows_, [&](const auto& one) {
    const json::value* parent = find(one.second.values, "parentId");
    return one.second.live && parent && *parent == json::value(entity.id);
  });
}

bool Lineage::has_cause(std::string_view reason, const LineageRow& row,
                        const Meaning& meaning) const {
  const Body& body = meaning.body;
  if (reason == "group") return body.group_id.has_value();
  if (body.group_id) return true;
  if (reason == "deleted") return !row.live && body.op != Op::remove;
  // Whether its writer knew the new row is not asked: they may know it by their cursor, and have
  // written on a create of their own that was discarded (seed 19938).
  if (reason == "re-created") return row.live && body.op != Op::create;
  if (reason == "already-exists") return row.live && body.op == Op::create;
  if (reason == "reference-missing") return refers_to_nothing(row, body);
  if (reason == "has-children") return body.op == Op::remove && has_children(body.entity);
  return true;  // the others are judged by themselves
}

// What stands against each other does, and nothing else is said to.
void Lineage::check_fields(const LineageRow& row, const Meaning& meaning, const json::array& told) {
  for (const json::value& value : told) {
    const std::string_view field = value.as_string();
    if (is_foreign(row, meaning, field)) continue;
    // What a row was made again with is nobody's write, and a full pull tells of no row's end: the
    // writer need not have known it.
    const auto state = row.fields.find(field);
    if (state != row.fields.end() && state->second.by.empty()) continue;
    // Its desk's own create was over what it knew, and was discarded since (seed 15961).
    const json::value saw = meaning.seen(field).value;
    if (state != row.fields.end() && !same_value(row.values.at(field), saw)) continue;
    // It was judged on what its group mates had added up by then, which is gone with the group.
    if (meaning.body.group_id && accumulates(rule(meaning, field))) continue;
    violated(meaning, "a false conflict: " + std::string(field) + " is as its writer saw it");
  }
  if (meaning.body.group_id) return;
  const bool removes = meaning.body.op == Op::remove;
  for (const auto& [field, state] : row.fields) {
    const Rule how = rule(meaning, field);
    const bool meets =
        removes ? !has_a_last_word(how) : how == Rule::manual && find(meaning.body.payload, field);
    if (!meets || !is_foreign(row, meaning, field)) continue;
    const bool is_told = std::ranges::any_of(
        told, [&](const json::value& value) { return value == json::value(field); });
    if (!is_told) violated(meaning, "its conflict is silent about " + field);
  }
}

}  // namespace slipway::sim
