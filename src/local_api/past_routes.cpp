// What a person sees and decides when the cloud's past has changed: what was lost with it, and
// whether another cloud takes the known one's place.

#include "local_api/answer.h"
#include "local_api/event_hub.h"
#include "local_api/routes.h"
#include "store/naming.h"

namespace slipway::local_api {

namespace {

using Answer = Result<json::object>;

Result<json::object> lost_json(Context& context, const store::LostRow& lost) {
  auto row = context.store.row(lost.entity);
  if (!row && row.error().type != "unknown-type") return std::unexpected(row.error());
  json::object object{{"id", lost.id},
                      {"entityType", lost.entity.type},
                      {"entityId", lost.entity.id},
                      {"version", to_json(lost.version)},
                      {"deleted", !lost.row.exists},
                      {"values", nullptr},
                      {"current", nullptr},
                      {"generation", lost.generation},
                      {"createdAt", lost.noted_at}};
  if (lost.row.exists)
    object["values"] = store::in_columns(context.store.schema(), lost.entity.type, lost.row.values);
  if (row && *row) object["current"] = (*row)->values;
  return object;
}

Answer list(Context& context, const http::Request& request) {
  auto limit = query_integer(request, "limit", 100, 1, limits::list_items_max);
  if (!limit) return std::unexpected(limit.error());
  auto rows = context.store.lost_rows(*limit);
  if (!rows) return std::unexpected(rows.error());
  auto total = context.store.count_lost_rows();
  if (!total) return std::unexpected(total.error());
  json::array list;
  for (const store::LostRow& lost : *rows) {
    auto object = lost_json(context, lost);
    if (!object) return object;
    list.push_back(std::move(*object));
  }
  return json::object{{"lost", std::move(list)}, {"total", *total}};
}

Answer dismiss(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  if (auto gone = context.store.dismiss_lost(*id, context.clock().wall); !gone)
    return std::unexpected(gone.error());
  return json::object{{"entry", nullptr}};
}

Answer restore(Context& context, const http::Request& request) {
  auto id = path_id(request);
  if (!id) return std::unexpected(id.error());
  auto entry = context.store.restore_lost(*id, context.clock().wall);
  if (!entry) return std::unexpected(entry.error());
  return json::object{{"entry", *entry ? json::value(**entry) : json::value(nullptr)}};
}

Answer join(Context& context, const http::Request& request) {
  auto body = body_object(request);
  if (!body) return std::unexpected(body.error());
  auto cloud_id = need_text(*body, "cloudId");
  if (!cloud_id) return std::unexpected(cloud_id.error());
  if (auto joined = context.store.join_cloud(*cloud_id, context.clock().wall); !joined)
    return std::unexpected(joined.error());
  const auto full_pull = context.store.full_pull();
  context.worker.handle(event::CloudJoined{full_pull && full_pull->has_value()});
  return context.events.status();
}

}  // namespace

void add_past_routes(http::Router& router, Context& context) {
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
  add("GET", "/sync/lost", list);
  add("POST", "/sync/lost/{id}/dismiss", dismiss);
  add("POST", "/sync/lost/{id}/restore", restore);
  add("POST", "/sync/join-cloud", join);
}

}  // namespace slipway::local_api
