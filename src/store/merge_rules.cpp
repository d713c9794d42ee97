#include "store/merge_rules.h"

#include <algorithm>
#include <optional>

namespace slipway::store {

namespace {

bool is_reference(const Table& table, std::string_view field) {
  return std::ranges::any_of(table.references, [&](const ForeignKey& key) {
    return std::ranges::find(key.fields, field) != key.fields.end();
  });
}

// Why a rule cannot be a field's; nothing when it can.
std::optional<std::string> misfit(Rule rule, const Field& field, const Table& table) {
  if (field.key_position > 0) return "it is part of the primary key, which never changes";
  if (!accumulates(rule)) return std::nullopt;
  const std::string type(to_text(field.type));
  if (rule == Rule::list_union) {
    if (field.type == FieldType::json) return std::nullopt;
    return "“union” is for JSON columns that hold arrays; this one is " + type;
  }
  if (is_reference(table, field.name)) return "it refers to another row, so it is no quantity";
  const bool numeric = field.type == FieldType::integer || field.type == FieldType::real ||
                       field.type == FieldType::decimal;
  if (numeric) return std::nullopt;
  return "“" + std::string(to_text(rule)) + "” is for columns of numbers; this one is " + type;
}

// As its column is called now, or as it was first.
const Field* field_called(const Table& table, std::string_view name) {
  for (const Field& field : table.fields) {
    if (field.column == name) return &field;
  }
  return table.field(name);
}

std::string names_of(const Table& table) {
  std::string text;
  for (const Field& field : table.fields) text += (text.empty() ? "" : ", ") + field.column;
  return text;
}

TypeRules fitting(const TypeRules& declared, const Table& table) {
  TypeRules rules{declared.policy, declared.scope, {}};
  for (const auto& [name, rule] : declared.fields) {
    const Field* field = field_called(table, name);
    if (field && !misfit(rule, *field, table)) rules.fields.emplace(field->name, rule);
  }
  if (!accumulates(declared.policy)) return rules;
  rules.policy = Rule::manual;
  for (const Field& field : table.fields) {
    if (!misfit(declared.policy, field, table)) rules.fields.emplace(field.name, declared.policy);
  }
  return rules;
}

// Before the migration that a rename was declared for, and after one that went another way.
void add_unmet_renames(RuleProblems& problems, const EntityRule& entity, const Table& table) {
  for (const auto& [field, column] : entity.renamed) {
    const Field* known = table.field(field);
    if (known && known->column == column) continue;
    problems.missing.push_back("entities." + table.name + ".renamed." + field +
                               ": there is no column “" + column + "” yet; " + table.name +
                               " has " + names_of(table));
  }
}

}  // namespace

MergeRules merge_rules(const SyncRules& declared, const Schema& schema) {
  MergeRules rules;
  for (const auto& [name, entity] : declared.entities) {
    const Table* table = schema.table(name);
    if (!table || !entity.sync || entity.merge == TypeRules{}) continue;
    TypeRules of_type = fitting(entity.merge, *table);
    if (of_type != TypeRules{}) rules.emplace(name, std::move(of_type));
  }
  return rules;
}

RuleProblems rule_problems(const SyncRules& declared, const Schema& schema) {
  RuleProblems problems;
  for (const auto& [name, entity] : declared.entities) {
    const Table* table = schema.table(name);
    if (table) add_unmet_renames(problems, entity, *table);
    if (entity.merge == TypeRules{}) continue;
    if (!table) {
      problems.missing.push_back("entities." + name + ": this database has no table “" + name +
                                 "”");
      continue;
    }
    for (const auto& [field_name, rule] : entity.merge.fields) {
      const std::string where = "entities." + name + ".fields." + field_name + ": ";
      const Field* field = field_called(*table, field_name);
      if (!field) {
        problems.missing.push_back(where + "there is no such column; " + name + " has " +
                                   names_of(*table));
      } else if (const auto why = misfit(rule, *field, *table)) {
        problems.misfits.push_back(where + *why);
      }
    }
  }
  for (const auto& [action, rule] : declared.actions) {
    for (const auto& [name, table] : schema.tables()) {
      if (name == rule.entity_type || !default_op(action, name)) continue;
      problems.misfits.push_back("actions." + action + ": this is an action of " + name +
                                 ", not of " + rule.entity_type);
    }
    if (schema.table(rule.entity_type)) continue;
    problems.missing.push_back("actions." + action + ": this database has no table “" +
                               rule.entity_type + "”");
  }
  return problems;
}

}  // namespace slipway::store
