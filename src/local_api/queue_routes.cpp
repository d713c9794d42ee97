// Reading the queue and its audit.

#include "local_api/answer.h"
#include "local_api/entry_json.h"
#include "local_api/routes.h"
#include "store/naming.h"

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
                          *offset,
                          {},
                          {}};
  if (*after > 0) query.after = *after;
  if (const auto held = query_text(request, "held")) {
    if (*held != "0" && *held != "1")
      return slipway::fail(ErrorKind::invalid, "invalid-parameter", "“held” must be 0 or 1", {},
                           "held");
    query.held = *held == "1";
  }
  auto root = query_integer(request, "root", 0, 0, INT64_MAX);
  if (!root) return std::unexpected(root.error());
  if (*root > 0) query.root = *root;
  auto page = context.store.entries(query);
  if (!page) return std::unexpected(page.error());
  json::array entries;
  for (const store::Entry& entry : page->entries) {
    auto full = full_json(context, entry, page->held);
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
  auto held = context.store.held();
  if (!held) return std::unexpected(held.error());
  auto object = full_json(context, *entry, *held);
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
    RowState row = (*shadow)->row;
    row.values =
        store::in_columns(context.store.schema(), entry->body.entity.type, std::move(row.values));
    (*object)["current"] = {
        {"version", to_json((*shadow)->version)},
        {"deleted", !row.exists},
        {"left", (*shadow)->left},
        {"values", row.values.empty() ? json::value(nullptr) : json::value(row.values)}};
  }
  return object;
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
    router.add(std::move(method), std::move(path),
               [&context, route](const http::Request& request, http::Reply reply) {
                 auto result = route(context, request);
                 reply(result ? answer(*result) : http::problem(result.error()));
               });
  };
  add("GET", "/sync/queue", list);
  add("GET", "/sync/queue/{id}", show);
  add("GET", "/sync/audit", audit);
}

}  // namespace slipway::local_api
