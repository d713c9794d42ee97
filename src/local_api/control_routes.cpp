// The state of syncing and the switches that a person or the app's shell moves.

#include "local_api/answer.h"
#include "local_api/event_hub.h"
#include "local_api/routes.h"
#include "local_api/settings.h"
#include "store/meta.h"

namespace slipway::local_api {

namespace {

void reply_status(Context& context, const http::Reply& reply) {
  auto status = context.events.status();
  reply(status ? answer(*status) : http::problem(status.error()));
}

std::unexpected<Error> bad_body(std::string_view field, std::string message) {
  return fail(ErrorKind::invalid, "invalid-body", std::move(message),
              "Nothing was changed. Send {\"simulateOffline\": true|false} or "
              "{\"network\": \"up\"|\"down\"|\"changed\", \"resumed\": true}.",
              std::string(field));
}

Result<std::vector<Event>> connectivity_events(const json::object& body) {
  std::vector<Event> events;
  if (body.empty()) return bad_body("", "The body is empty");
  for (const auto& member : body) {
    const std::string_view name = member.key();
    const json::value& value = member.value();
    if (name == "simulateOffline") {
      if (!value.is_bool()) return bad_body(name, "“simulateOffline” must be true or false");
      events.push_back(event::OfflineSimulated{value.get_bool()});
    } else if (name == "network") {
      if (value != "up" && value != "down" && value != "changed")
        return bad_body(name, "“network” must be up, down or changed");
      events.push_back(event::NetworkChanged{value != "down"});
    } else if (name == "resumed") {
      if (!value.is_bool()) return bad_body(name, "“resumed” must be true or false");
      if (value.get_bool()) events.push_back(event::NetworkChanged{true});
    } else {
      return bad_body(name, "“" + std::string(name) + "” is not known here");
    }
  }
  return events;
}

void connectivity(Context& context, const http::Request& request, const http::Reply& reply) {
  auto body = body_object(request);
  if (!body) return reply(http::problem(400, body.error()));
  auto events = connectivity_events(*body);
  if (!events) return reply(http::problem(events.error()));
  for (Event& event : *events) context.worker.handle(std::move(event));
  reply_status(context, reply);
}

// Kept over a restart: a person who paused expects it to stay so.
void set_paused(Context& context, bool paused, const http::Reply& reply) {
  if (auto kept = context.store.set_meta(store::meta_key::paused, paused ? "1" : "0"); !kept) {
    return reply(http::problem(kept.error()));
  }
  context.worker.handle(event::Paused{paused});
  reply_status(context, reply);
}

json::object settings_json(Context& context) {
  json::object settings = context.settings.to_json();
  settings["cloud"] = context.target.cloud;
  settings["target"] = context.target.name;
  return settings;
}

void put_settings(Context& context, const http::Request& request, const http::Reply& reply) {
  auto body = body_object(request);
  if (!body) return reply(http::problem(400, body.error()));
  for (const char* fixed :
       {"cloud", "target"}) {  // shown with the rest; sent back unchanged is fine
    const json::value* value = find(*body, fixed);
    if (value && *value == settings_json(context).at(fixed)) body->erase(fixed);
  }
  if (auto changed = context.settings.change(*body); !changed)
    return reply(http::problem(changed.error()));
  reply(answer(settings_json(context)));
}

}  // namespace

void add_control_routes(http::Router& router, Context& context) {
  router.add("GET", "/sync/status",
             [&context](const http::Request&, http::Reply reply) { reply_status(context, reply); });
  router.add("GET", "/sync/events", [&context](const http::Request&, http::Reply reply) {
    context.events.add(reply.stream());
  });
  router.add("POST", "/sync/now", [&context](const http::Request&, http::Reply reply) {
    context.worker.handle(event::SyncRequested{});
    reply_status(context, reply);
  });
  router.add("POST", "/sync/pause", [&context](const http::Request&, http::Reply reply) {
    set_paused(context, true, reply);
  });
  router.add("POST", "/sync/resume", [&context](const http::Request&, http::Reply reply) {
    set_paused(context, false, reply);
  });
  router.add("POST", "/sync/connectivity",
             [&context](const http::Request& request, http::Reply reply) {
               connectivity(context, request, reply);
             });
  router.add("GET", "/sync/settings", [&context](const http::Request&, http::Reply reply) {
    reply(answer(settings_json(context)));
  });
  router.add("PUT", "/sync/settings", [&context](const http::Request& request, http::Reply reply) {
    put_settings(context, request, reply);
  });
}

}  // namespace slipway::local_api
