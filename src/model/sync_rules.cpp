#include "model/sync_rules.h"

#include <cctype>

namespace slipway {

namespace {

bool is_upper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

json::object to_json(const Renames& renames) {
  json::object object;
  for (const auto& [type, columns] : renames) {
    json::object& of_type = object[type].emplace_object();
    for (const auto& [field, column] : columns) of_type[field] = column;
  }
  return object;
}

Renames renames_from_json(const json::object& object) {
  Renames renames;
  for (const auto& type : object) {
    if (!type.value().is_object()) continue;
    for (const auto& member : type.value().get_object()) {
      if (member.value().is_string())
        renames[type.key()][member.key()] = std::string(member.value().get_string());
    }
  }
  return renames;
}

Renames SyncRules::renames() const {
  Renames renames;
  for (const auto& [type, rule] : entities) {
    if (!rule.renamed.empty()) renames.emplace(type, rule.renamed);
  }
  return renames;
}

std::string upper_snake_case(std::string_view type) {
  std::string name;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const char c = type[i];
    if (!is_word(c)) {
      if (!name.empty() && name.back() != '_') name += '_';
      continue;
    }
    const bool word_begins =
        i > 0 && is_upper(c) && is_word(type[i - 1]) &&
        (!is_upper(type[i - 1]) ||
         (i + 1 < type.size() && is_word(type[i + 1]) && !is_upper(type[i + 1])));
    if (word_begins && !name.empty() && name.back() != '_') name += '_';
    name += char(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string default_action(Op op, std::string_view entity_type) {
  const char* verb = op == Op::create ? "CREATE_" : op == Op::update ? "UPDATE_" : "DELETE_";
  return verb + upper_snake_case(entity_type);
}

std::optional<Op> default_op(std::string_view action, std::string_view entity_type) {
  for (Op op : {Op::create, Op::update, Op::remove}) {
    if (action == default_action(op, entity_type)) return op;
  }
  return std::nullopt;
}

bool SyncRules::syncs(std::string_view entity_type) const {
  const auto found = entities.find(entity_type);
  return found == entities.end() || found->second.sync;
}

std::optional<Op> SyncRules::op_of(std::string_view action, std::string_view entity_type) const {
  if (const auto op = default_op(action, entity_type)) return op;
  const auto found = actions.find(action);
  if (found == actions.end() || found->second.entity_type != entity_type) return std::nullopt;
  return found->second.op;
}

std::vector<std::string> SyncRules::actions_of(std::string_view entity_type) const {
  std::vector<std::string> names;
  for (Op op : {Op::create, Op::update, Op::remove})
    names.push_back(default_action(op, entity_type));
  for (const auto& [name, rule] : actions) {
    if (rule.entity_type == entity_type && !default_op(name, entity_type)) names.push_back(name);
  }
  return names;
}

bool SyncRules::requires_online(std::string_view action, std::string_view entity_type) const {
  const auto found = actions.find(action);
  return found != actions.end() && found->second.entity_type == entity_type &&
         found->second.requires_online;
}

}  // namespace slipway
