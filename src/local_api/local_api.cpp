#include "local_api/local_api.h"

#include "http/router.h"
#include "http/static_files.h"
#include "local_api/answer.h"
#include "local_api/event_hub.h"
#include "local_api/routes.h"
#include "local_api/write_queue.h"
#include "slipway_local_api_files.h"

namespace slipway::local_api {

struct LocalApi::Parts {
  Parts(http::Loop& loop, store::Store& store, Worker& worker, std::function<Now()> clock,
        Options options_given, std::function<void(const Settings&)> settings_applied)
      : options(std::move(options_given)),
        events(loop, clock),
        writes(loop, store, clock),
        settings(store, options.settings, std::move(settings_applied)),
        context{loop, store, worker, clock, options.target, events, writes, settings} {
    events.attach(context);
  }

  Options options;
  EventHub events;
  WriteQueue writes;
  SettingsKeeper settings;
  Context context;
  http::Router router;
};

LocalApi::LocalApi(http::Loop& loop, store::Store& store, Worker& worker,
                   std::function<Now()> clock, Options options,
                   std::function<void(const Settings&)> settings_applied)
    : parts_(std::make_unique<Parts>(loop, store, worker, std::move(clock), std::move(options),
                                     std::move(settings_applied))) {
  http::Router& router = parts_->router;
  add_write_routes(router, parts_->context);
  add_queue_routes(router, parts_->context);
  add_decision_routes(router, parts_->context);
  add_control_routes(router, parts_->context);
  add_past_routes(router, parts_->context);
  add_data_routes(router, parts_->context);
  router.add("GET", "/healthz", [&store](const http::Request&, http::Reply reply) {
    if (store.failed()) {
      return reply(
          http::problem({ErrorKind::storage, "database-closed", "The database cannot be used",
                         "What was accepted is safe. It is opened again every second."}));
    }
    reply(answer({{"status", "ok"}}));
  });
  router.add("GET", "/openapi.json", [](const http::Request&, http::Reply reply) {
    reply(http::json(200, std::string(file_local_api_openapi_json)));
  });
  if (parts_->options.desk) {
    const http::Handler files = http::static_files(*parts_->options.desk);
    router.add("GET", "/", files);
    router.add("GET", "/{rest...}", files);
  }
}

LocalApi::~LocalApi() = default;

Result<void> LocalApi::load_settings() {
  return parts_->settings.load();
}

http::Handler LocalApi::handler() {
  return [parts = parts_.get()](http::Request request, http::Reply reply) {
    parts->router.route(std::move(request), std::move(reply));
  };
}

std::vector<std::string> LocalApi::open_paths() {
  return {"/",         "/healthz", "/openapi.json", "/index.html", "/favicon.ico",
          "/icon.svg", "/assets/*"};
}

void LocalApi::note(const store::Changes& changes) {
  parts_->events.note(changes);
  parts_->writes.note(changes);
}

void LocalApi::note_progress() {
  parts_->events.note_progress();
}

}  // namespace slipway::local_api
