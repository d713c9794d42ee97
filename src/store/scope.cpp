#include "store/scope.h"

#include "model/canonical_json.h"
#include "store/full_pull.h"
#include "store/meta.h"
#include "store/value.h"

namespace slipway::store {

namespace {

RowScope read_scope(sqlite::Database& database, std::string_view key) {
  const auto text = read_meta(database, key);
  const auto value = text ? parse_json(*text, "a scope") : Result<json::value>(nullptr);
  auto scope = value ? scope_from_json(*value) : Result<RowScope>(RowScope{});
  return scope ? std::move(*scope) : RowScope{};
}

std::string text_of(const RowScope& scope) {
  return canonical_json(to_json(scope));
}

std::string names_of(const Table& table) {
  std::string text;
  for (const Field& field : table.fields) text += (text.empty() ? "" : ", ") + field.name;
  return text;
}

std::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return fail(ErrorKind::invalid, "invalid-config", where + ": " + what,
              "Nothing was changed. Correct [scope] in the configuration.");
}

bool holds(const Field& field, const json::value& value) {
  if (value.is_null()) return !field.not_null;
  const auto column = to_column(field, value);
  return column && same_value(from_column(field, *column), value);
}

}  // namespace

HeldScope held_scope(RowScope declared, RowScope granted) {
  RowScope held = common(declared, granted);
  return {std::move(declared), std::move(granted), std::move(held)};
}

json::value to_json(const HeldScope& scope) {
  if (scope.held.is_everything()) return nullptr;
  return {{"declared", to_json(scope.declared)},
          {"granted", to_json(scope.granted)},
          {"held", to_json(scope.held)},
          {"withheld", json::value_from(withheld(scope.declared, scope.granted))}};
}

RowScope read_declared_scope(sqlite::Database& database) {
  return read_scope(database, meta_key::declared_scope);
}

RowScope read_granted_scope(sqlite::Database& database) {
  return read_scope(database, meta_key::granted_scope);
}

void write_granted_scope(sqlite::Database& database, const RowScope& scope) {
  write_meta(database, meta_key::granted_scope, text_of(scope));
}

bool note_declared_scope(sqlite::Database& database, const RowScope& declared) {
  if (text_of(read_declared_scope(database)) == text_of(declared)) return false;
  write_meta(database, meta_key::declared_scope, text_of(declared));
  if (read_meta(database, meta_key::cursor)) begin_full_pull_again(database);
  return true;
}

Result<void> check_scope(const RowScope& declared, const Schema& schema) {
  if (!declared.types) return {};
  for (const auto& [type, conditions] : *declared.types) {
    const Table* table = schema.table(type);
    if (!table) return wrong("scope." + type, "this database has no table “" + type + "”");
    for (const auto& [name, values] : conditions) {
      const std::string where = "scope." + type + "." + name;
      const Field* field = table->field(name);
      if (const Field* now = field ? nullptr : table->field_in(name))
        return wrong(where, "this column was renamed; name it as the cloud does: " + now->name);
      if (!field)
        return wrong(where, "there is no such column; " + type + " has " + names_of(*table));
      for (const json::value& value : values) {
        if (holds(*field, value)) continue;
        return wrong(where, json_text(value) + " is no value of this column, which is " +
                                std::string(to_text(field->type)));
      }
    }
  }
  return {};
}

}  // namespace slipway::store
