// What a person decides about an entry. Each decision has a dry run, and all answer in one form.

#include <algorithm>
#include <set>

#include "local_api/answer.h"
#include "local_api/entry_json.h"
#include "local_api/routes.h"
#include "store/naming.h"

namespace slipway::local_api {

namespace {

using store::Wish;
namespace wish = store::wish;

std::unexpected<Error> bad_member(std::string_view type, std::string message, std::string field) {
  return fail(ErrorKind::invalid, std::string(type), std::move(message), "Nothing was changed.",
              std::move(field));
}

// A misspelt parameter would decide for real where a dry run was asked for.
Result<void> check_query(const http::Request& request, bool takes_dependants) {
  std::set<std::string> seen;
  for (const auto& [raw_name, raw_value] : request.query) {
    const std::string name = http::to_valid_utf8(raw_name);
    if (name != "dryRun" && !(takes_dependants && name == "withDependants"))
      return bad_member("invalid-parameter", "“" + name + "” is not a parameter here", name);
    if (!seen.insert(name).second)
      return bad_member("invalid-parameter", "“" + name + "” stands there twice", name);
    if (raw_value != "0" && raw_value != "1" && raw_value != "false" && raw_value != "true")
      return bad_member("invalid-parameter", "“" + name + "” must be 0, 1, false or true", name);
  }
  return {};
}

// After check_query().
bool is_on(const http::Request& request, std::string_view name) {
  const auto value = query_text(request, name);
  return value == "1" || value == "true";
}

// A misspelt member would quietly decide something else.
Result<json::object> body_with(const http::Request& request,
                               std::initializer_list<std::string_view> known) {
  auto body = body_object(request);
  if (!body) return body;
  for (const auto& member : *body) {
    if (std::find(known.begin(), known.end(), std::string_view(member.key())) != known.end())
      continue;
    return bad_member("unknown-field", "“" + std::string(member.key()) + "” is not known here",
                      member.key());
  }
  return body;
}

Result<std::optional<Version>> seen_of(const json::object& body) {
  auto seen = version_or_null_from_json(find(body, "seen"));
  if (!seen) seen.error().field = "seen";
  return seen;
}

Result<bool> with_dependants(const http::Request& request, const json::object& body) {
  const json::value* wanted = find(body, "withDependants");
  if (!wanted) return is_on(request, "withDependants");
  if (wanted->is_bool()) return wanted->get_bool();
  return bad_member("wrong-type", "“withDependants” must be true or false", "withDependants");
}

Result<Wish> discard(const http::Request& request, EntryId id) {
  auto body = body_with(request, {"withDependants"});
  if (!body) return std::unexpected(body.error());
  auto along = with_dependants(request, *body);
  if (!along) return std::unexpected(along.error());
  return wish::Discard{id, *along};
}

template <class Kind>  // wish::Retry or wish::Force
Result<Wish> on_seen(const http::Request& request, EntryId id) {
  auto body = body_with(request, {"seen"});
  if (!body) return std::unexpected(body.error());
  auto seen = seen_of(*body);
  if (!seen) return std::unexpected(seen.error());
  return Kind{id, std::move(*seen)};
}

Result<const json::object*> fields_at(const json::object& body, std::string_view name) {
  static const json::object none;
  const json::value* value = find(body, name);
  if (!value) return &none;
  if (value->is_object()) return &value->get_object();
  return bad_member("wrong-type", "“" + std::string(name) + "” must be an object of fields",
                    std::string(name));
}

Result<store::Choices> choices_of(const json::object& body) {
  store::Choices choices;
  auto fields = fields_at(body, "fields");
  if (!fields) return std::unexpected(fields.error());
  auto take = fields_at(body, "take");
  if (!take) return std::unexpected(take.error());
  for (const auto& member : **fields) choices.emplace(member.key(), member.value());
  for (const auto& member : **take) {
    const std::string field = "take." + std::string(member.key());
    const auto side = member.value().is_string()
                          ? store::side_from_text(member.value().get_string())
                          : std::nullopt;
    if (!side) return bad_member("wrong-type", "Take local, server or base", field);
    if (!choices.emplace(member.key(), *side).second) {
      return bad_member("decided-twice",
                        "“" + std::string(member.key()) + "” stands in “fields” and in “take”",
                        field);
    }
  }
  return choices;
}

Result<Wish> resolve(const http::Request& request, EntryId id) {
  auto body = body_with(request, {"fields", "take", "seen", "withDependants"});
  if (!body) return std::unexpected(body.error());
  auto choices = choices_of(*body);
  if (!choices) return std::unexpected(choices.error());
  auto seen = seen_of(*body);
  if (!seen) return std::unexpected(seen.error());
  auto along = with_dependants(request, *body);
  if (!along) return std::unexpected(along.error());
  return wish::Resolve{id, std::move(*choices), std::move(*seen), *along};
}

Result<Wish> undo(const http::Request&, EntryId id) {
  return wish::Undo{id};
}

Result<Wish> outcome(const http::Request& request, EntryId id) {
  auto body = body_with(request, {"happened", "cloudId"});
  if (!body) return std::unexpected(body.error());
  const auto happened = boolean_at(*body, "happened");
  if (!happened) return bad_member("missing-field", "“happened” must be true or false", "happened");
  const json::value* cloud_id = find(*body, "cloudId");
  if (!cloud_id) return wish::Outcome{id, *happened};
  const bool is_id = cloud_id->is_int64() || cloud_id->is_string();
  if (!is_id || !*happened)
    return bad_member("wrong-type",
                      "“cloudId” is the id of what happened: a text or a whole number", "cloudId");
  return wish::Outcome{id, *happened, *cloud_id};
}

json::object appended_json(const store::Schema& schema, const store::Entry& by_field) {
  const store::Entry entry = store::in_columns(schema, by_field);
  json::object object = compact_json(entry);
  object["payload"] = entry.body.payload;
  object["base"] = entry.body.base;
  object["baseVersions"] = entry.body.base_versions;
  object["supersedes"] = text_or_null(entry.body.supersedes);
  object["carried"] = carried_json(entry);
  return object;
}

json::object decided_json(const store::Schema& schema, const store::Decided& decided, bool dry_run,
                          const std::optional<store::Entry>& waiting) {
  json::array closed, appended, rows, entries;
  for (const store::Entry& entry : decided.closed) closed.push_back(compact_json(entry));
  for (const store::Entry& entry : decided.appended) {
    appended.push_back(appended_json(schema, entry));
    entries.push_back(compact_json(entry));
  }
  if (appended.empty()) entries = closed;
  if (waiting) entries = {compact_json(*waiting)};
  for (const store::RowAfter& row : decided.rows) {
    json::value values = nullptr;
    if (row.values) values = store::in_columns(schema, row.entity.type, *row.values);
    rows.push_back({{"entityType", row.entity.type},
                    {"entityId", row.entity.id},
                    {"values", std::move(values)}});
  }
  return {{"dryRun", dry_run},
          {"entries", std::move(entries)},
          {"closed", std::move(closed)},
          {"appended", std::move(appended)},
          {"dependants", json::value_from(decided.dependants)},
          {"rows", std::move(rows)}};
}

// A dry run shows all that would go, also where it must be asked for.
Wish shown_whole(Wish wanted) {
  if (auto* discarding = std::get_if<wish::Discard>(&wanted)) discarding->with_dependants = true;
  if (auto* resolving = std::get_if<wish::Resolve>(&wanted)) resolving->with_dependants = true;
  return wanted;
}

struct Decision {
  Result<Wish> (*read)(const http::Request&, EntryId);
  bool takes_dependants = false;
};

Result<json::object> decide(Context& context, const http::Request& request,
                            const Decision& decision) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  if (auto checked = check_query(request, decision.takes_dependants); !checked)
    return std::unexpected(checked.error());
  auto wanted = decision.read(request, *id);
  if (!wanted) return std::unexpected(wanted.error());
  const bool dry_run = is_on(request, "dryRun");
  auto decided = context.store.decide(
      dry_run ? shown_whole(*wanted) : *wanted,
      dry_run ? store::DecideMode::preview : store::DecideMode::carry_out, context.clock().wall);
  if (!decided) return std::unexpected(decided.error());
  // Whoever decides about an entry does not want to sit out its backoff, nor that of what stood
  // behind.
  if (!dry_run) context.worker.handle(event::SyncRequested{});
  std::optional<store::Entry> waiting;
  if (decided->closed.empty() && decided->appended.empty()) {
    auto entry = context.store.entry(*id);
    if (!entry) return std::unexpected(entry.error());
    waiting = std::move(*entry);
  }
  return decided_json(context.store.schema(), *decided, dry_run, waiting);
}

}  // namespace

void add_decision_routes(http::Router& router, Context& context) {
  const auto add = [&](std::string method, std::string path, Decision decision) {
    router.add(
        std::move(method), std::move(path),
        [&context, decision](const http::Request& request, http::Reply reply) {
          auto result = decide(context, request, decision);
          if (result) return reply(answer(*result));
          const bool not_json = result.error().type == "invalid-json";
          reply(not_json ? http::problem(400, result.error()) : http::problem(result.error()));
        });
  };
  add("POST", "/sync/queue/{id}/discard", {discard, true});
  add("POST", "/sync/queue/{id}/retry", {on_seen<wish::Retry>});
  add("POST", "/sync/queue/{id}/force", {on_seen<wish::Force>});
  add("POST", "/sync/queue/{id}/resolve", {resolve, true});
  add("POST", "/sync/queue/{id}/undo", {undo});
  add("POST", "/sync/queue/{id}/outcome", {outcome});
}

}  // namespace slipway::local_api
