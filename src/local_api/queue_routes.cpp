// Reading the queue and its audit, and what a person decides about an entry.

#include "local_api/answer.h"
#include "local_api/entry_json.h"
#include "local_api/routes.h"

namespace slipway::local_api {

namespace {

using Answer = Result<json::object>;

Result<std::vector<Status>> wanted_statuses(const http::Request& request) {
  using enum Status;
  std::vector<Status> statuses;
  if (const auto filter = query_text(request, "filter")) {
    if (*filter == "open") return std::vector{pending, processing, conflict, error, discarding};
    if (*filter == "needs-you") return std::vector{conflict, error};
    if (*filter == "waiting") return std::vector{pending, processing, discarding};
    if (*filter == "recent") return std::vector{success, discarded};
    return slipway::fail(ErrorKind::invalid, "invalid-parameter",
                         "“filter” must be open, needs-you, waiting or recent", {}, "filter");
  }
  std::string list = query_text(request, "status").value_or("");
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const auto status = status_from_text(list.substr(0, comma));
    if (!status) {
      return slipway::fail(
          ErrorKind::invalid, "invalid-parameter", "“status” names an unknown status",
          "Statuses: PENDING, PROCESSING, CONFLICT, ERROR, DISCARDING, SUCCESS, DISCARDED.",
          "status");
    }
    statuses.push_back(*status);
    list = comma == list.npos ? "" : list.substr(comma + 1);
  }
  return statuses;
}

Answer list(Context& context, const http::Request& request) {
  auto statuses = wanted_statuses(request);
  if (!statuses) return std::unexpected(statuses.error());
  auto limit = query_integer(request, "limit", 50, 1, limits::list_items_max);
  if (!limit) return std::unexpected(limit.error());
  auto after = query_integer(request, "after", 0, 0, INT64_MAX);
  if (!after) return std::unexpected(after.error());
  auto offset = query_integer(request, "offset", 0, 0, INT64_MAX);
  if (!offset) return std::unexpected(offset.error());
  store::QueueQuery query{std::move(*statuses),
                          query_text(request, "entityType"),
                          query_text(request, "entityId"),
                          query_text(request, "text"),
                          *limit,
                          std::nullopt,
                          *offset};
  if (*after > 0) query.after = *after;
  auto page = context.store.entries(query);
  if (!page) return std::unexpected(page.error());
  json::array entries;
  for (const store::Entry& entry : page->entries) {
    auto full = full_json(context, entry);
    if (!full) return std::unexpected(full.error());
    entries.push_back(std::move(*full));
  }
  return json::object{{"entries", std::move(entries)},
                      {"next", page->next ? json::value(*page->next) : json::value(nullptr)},
                      {"total", page->total}};
}

Result<store::Entry> entry_of(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  auto entry = context.store.entry(*id);
  if (!entry) return std::unexpected(entry.error());
  if (*entry) return std::move(**entry);
  return fail(ErrorKind::not_found, "unknown-entry", "There is no entry " + std::to_string(*id),
              "It may be the id of another database.");
}

Answer show(Context& context, const http::Request& request) {
  auto entry = entry_of(context, request);
  if (!entry) return std::unexpected(entry.error());
  auto object = full_json(context, *entry);
  if (!object) return object;
  auto attempts = context.store.attempts(entry->id, std::nullopt, limits::list_items_max);
  if (!attempts) return std::unexpected(attempts.error());
  json::array log;
  for (const store::Attempt& attempt : *attempts) log.push_back(attempt_json(attempt));
  (*object)["attemptLog"] = std::move(log);
  auto shadow = context.store.shadow(entry->body.entity, context.clock().wall);
  if (!shadow) return std::unexpected(shadow.error());
  (*object)["current"] = nullptr;
  if (*shadow && (*shadow)->version) {
    const RowState& row = (*shadow)->row;
    (*object)["current"] = {
        {"version", to_json((*shadow)->version)},
        {"deleted", !row.exists},
        {"values", row.values.empty() ? json::value(nullptr) : json::value(row.values)}};
  }
  return object;
}

json::array compact_list(const std::vector<store::Entry>& entries) {
  json::array list;
  for (const store::Entry& entry : entries) list.push_back(compact_json(entry));
  return list;
}

Result<json::array> reloaded(Context& context, const std::vector<store::Entry>& entries) {
  json::array list;
  for (const store::Entry& entry : entries) {
    auto now = context.store.entry(entry.id);
    if (!now) return std::unexpected(now.error());
    list.push_back(compact_json(*now ? **now : entry));
  }
  return list;
}

json::object affected_row(store::ListedRow row) {
  const json::value type = row.values.at("$entityType");
  row.values.erase("$entityType");
  json::object object{{"entityType", type}, {"entityId", row.entity_id}, {"values", nullptr}};
  if (row.state != "absent") object["values"] = row.values;
  return object;
}

// Whoever decides about an entry does not want to sit out its backoff, nor that of what stood
// behind.
void move_on(Context& context) {
  context.worker.handle(event::SyncRequested{});
}

bool is_dry_run(const http::Request& request) {
  const auto value = query_text(request, "dryRun");
  return value && *value != "0" && *value != "false";
}

Answer discard(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  std::vector<store::ListedRow> rows;
  const WallTime now = context.clock().wall;
  auto entries = context.store.preview_discard(*id, &rows, now);
  if (!entries) return std::unexpected(entries.error());
  const bool dry = is_dry_run(request);
  json::array list = compact_list(*entries);
  if (!dry) {
    auto gone = context.store.discard(*id, now);
    if (!gone) return std::unexpected(gone.error());
    move_on(context);
    auto closed = reloaded(context, *gone);
    if (!closed) return std::unexpected(closed.error());
    list = std::move(*closed);
  }
  json::array changed;
  for (store::ListedRow& row : rows) changed.push_back(affected_row(std::move(row)));
  return json::object{{"dryRun", dry}, {"entries", std::move(list)}, {"rows", std::move(changed)}};
}

Answer retry(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  auto entries = context.store.retry(*id, context.clock().wall);
  if (!entries) return std::unexpected(entries.error());
  move_on(context);
  auto list = reloaded(context, *entries);
  if (!list) return std::unexpected(list.error());
  return json::object{{"entries", std::move(*list)}};
}

Answer force(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  auto body = body_object(request);
  if (!body) return std::unexpected(body.error());
  auto seen = version_or_null_from_json(find(*body, "seen"));
  if (!seen) return std::unexpected(seen.error());
  auto entries = context.store.force(*id, *seen, context.clock().wall);
  if (!entries) return std::unexpected(entries.error());
  move_on(context);
  auto list = reloaded(context, *entries);
  if (!list) return std::unexpected(list.error());
  return json::object{{"entries", std::move(*list)}};
}

Answer later(Context& context, const http::Request& request) {
  auto entry = entry_of(context, request);
  if (!entry) return std::unexpected(entry.error());
  return fail(ErrorKind::unsupported, "not-supported",
              "This version cannot resolve a conflict field by field",
              "Nothing was changed. The entry stays parked with base, local and server; force, "
              "retry or discard it.");
}

Answer audit(Context& context, const http::Request& request) {
  auto limit = query_integer(request, "limit", 100, 1, limits::list_items_max);
  if (!limit) return std::unexpected(limit.error());
  auto after = query_integer(request, "after", 0, 0, INT64_MAX);
  if (!after) return std::unexpected(after.error());
  auto entry = query_integer(request, "entryId", 0, 0, INT64_MAX);
  if (!entry) return std::unexpected(entry.error());
  auto attempts = context.store.attempts(*entry ? std::optional(*entry) : std::nullopt,
                                         *after ? std::optional(*after) : std::nullopt, *limit);
  if (!attempts) return std::unexpected(attempts.error());
  json::array list;
  for (const store::Attempt& attempt : *attempts) list.push_back(attempt_json(attempt));
  const bool full = std::int64_t(attempts->size()) == *limit;
  return json::object{{"attempts", std::move(list)},
                      {"next", full ? json::value(attempts->back().id) : json::value(nullptr)}};
}

}  // namespace

void add_queue_routes(http::Router& router, Context& context) {
  const auto add = [&](std::string method, std::string path,
                       Answer (*route)(Context&, const http::Request&)) {
    router.add(
        std::move(method), std::move(path),
        [&context, route](const http::Request& request, http::Reply reply) {
          auto result = route(context, request);
          if (result) return reply(answer(*result));
          const bool not_json = result.error().type == "invalid-json";
          reply(not_json ? http::problem(400, result.error()) : http::problem(result.error()));
        });
  };
  add("GET", "/sync/queue", list);
  add("GET", "/sync/queue/{id}", show);
  add("POST", "/sync/queue/{id}/discard", discard);
  add("POST", "/sync/queue/{id}/retry", retry);
  add("POST", "/sync/queue/{id}/resolve", later);
  add("POST", "/sync/queue/{id}/force", force);
  add("GET", "/sync/audit", audit);
}

}  // namespace slipway::local_api
