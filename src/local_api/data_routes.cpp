// The app's rows with their sync state, and what this database can do.

#include <algorithm>

#include "local_api/actions_json.h"
#include "local_api/answer.h"
#include "local_api/entry_json.h"
#include "local_api/routes.h"
#include "store/naming.h"

namespace slipway::local_api {

namespace {

using Answer = Result<json::object>;

// A value from the query, read as its field's type: text as it is, the rest as JSON.
json::value value_of(const store::Field* field, std::string_view text) {
  using store::FieldType;
  const bool is_text =
      !field || field->type == FieldType::text || field->type == FieldType::datetime;
  if (is_text) return json::value(text);
  auto parsed = parse_json(text, "a query value");
  return parsed ? std::move(*parsed) : json::value(text);
}

Answer rows(Context& context, const http::Request& request) {
  const std::string type = request.params.at("entityType");
  auto limit = query_integer(request, "limit", 50, 1, limits::list_items_max);
  if (!limit) return std::unexpected(limit.error());
  auto offset = query_integer(request, "offset", 0, 0, INT64_MAX);
  if (!offset) return std::unexpected(offset.error());
  store::RowQuery query;
  query.limit = *limit;
  query.offset = *offset;
  query.search = query_text(request, "search");
  std::string sort = query_text(request, "sort").value_or("");
  query.descending = sort.starts_with("-");
  query.sort = query.descending ? sort.substr(1) : sort;
  const store::Table* table = context.store.schema().table(type);
  constexpr std::string_view ours[] = {"limit", "offset", "search", "sort"};
  for (const auto& [name, text] : request.query) {
    if (std::find(std::begin(ours), std::end(ours), name) != std::end(ours)) continue;
    query.equals.emplace_back(name, value_of(table ? table->field_in(name) : nullptr, text));
  }
  auto page = context.store.rows(type, query);
  if (!page) return std::unexpected(page.error());
  json::array list;
  for (const store::ListedRow& row : page->rows) list.push_back(row_json(row));
  return json::object{{"rows", std::move(list)}, {"total", page->total}};
}

Answer row(Context& context, const http::Request& request) {
  const EntityKey entity{request.params.at("entityType"), request.params.at("id")};
  auto found = context.store.row(entity);
  if (!found) return std::unexpected(found.error());
  if (*found) return row_json(**found);
  return fail(ErrorKind::not_found, "row-not-found", "There is no " + to_text(entity) + " here",
              "It may have been deleted meanwhile, here or at another desk, or not have come yet.");
}

json::object field_json(const store::Field& field) {
  return {{"name", field.column},
          {"type", store::to_text(field.type)},
          {"required", field.not_null && !field.has_default},
          {"hasDefault", field.has_default}};
}

std::string_view to_text(store::OnDelete on_delete) {
  return on_delete == store::OnDelete::cascade    ? "CASCADE"
         : on_delete == store::OnDelete::set_null ? "SET NULL"
                                                  : "RESTRICT";
}

json::object type_json(const store::Table& table, const MergeRules& merge_rules) {
  json::array fields, references;
  for (const store::Field& field : table.fields) fields.push_back(field_json(field));
  for (const store::ForeignKey& key : table.references) {
    references.push_back({{"fields", json::value_from(store::columns_of(table, key.fields))},
                          {"entityType", key.target},
                          {"onDelete", to_text(key.on_delete)}});
  }
  const auto found = merge_rules.find(table.name);
  json::object rules = to_json(found == merge_rules.end() ? TypeRules{} : found->second);
  return {{"entityType", table.name},
          {"primaryKey", json::value_from(store::columns_of(table, table.key))},
          {"fields", std::move(fields)},
          {"references", std::move(references)},
          {"policy", std::move(rules["policy"])},
          {"scope", std::move(rules["scope"])},
          {"rules", store::in_columns(table, std::move(rules["fields"].as_object()))}};
}

json::object unsynced_json(const std::string& table, std::string_view code) {
  const std::string_view reason = code == "configured"      ? "the configuration says so"
                                  : code == "virtual-table" ? "it is a virtual table"
                                                            : "it has no primary key";
  return {{"table", table}, {"code", code}, {"reason", reason}};
}

Answer capabilities(Context& context, const http::Request&) {
  const SyncRules& rules = context.store.rules();
  json::array types, unsynced;
  for (const auto& [name, table] : context.store.schema().tables()) {
    if (!rules.syncs(name)) {
      unsynced.push_back(unsynced_json(name, "configured"));
      continue;
    }
    types.push_back(type_json(table, context.store.merge_rules()));
  }
  for (const auto& [table, code] : context.store.schema().unsynced())
    unsynced.push_back(unsynced_json(table, code));
  return json::object{{"target", context.target.name},
                      {"entityTypes", std::move(types)},
                      {"actions", actions_json(context)},
                      {"unsynced", std::move(unsynced)}};
}

}  // namespace

void add_data_routes(http::Router& router, Context& context) {
  const auto add = [&](std::string path, Answer (*route)(Context&, const http::Request&)) {
    router.add("GET", std::move(path),
               [&context, route](const http::Request& request, http::Reply reply) {
                 auto result = route(context, request);
                 reply(result ? answer(*result) : http::problem(result.error()));
               });
  };
  add("/data/{entityType}", rows);
  add("/data/{entityType}/{id}", row);
  add("/sync/capabilities", capabilities);
}

}  // namespace slipway::local_api
