#include "app/cloud_serve.h"

#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/command_line.h"
#include "app/jwt_keys.h"
#include "app/process.h"
#include "app/tls_files.h"
#include "cloud/identity.h"
#include "cloud/observer.h"
#include "cloud/readiness.h"
#include "cloud/return_window.h"
#include "cloud/routes.h"
#include "http/loop.h"
#include "http/server.h"
#include "http/waiting_line.h"
#include "jwt/key_reader.h"
#include "model/canonical_json.h"

namespace slipway::app {

namespace {

constexpr Duration grace_on_stop = std::chrono::milliseconds(1500);  // for answers in progress
constexpr Duration compaction_interval = std::chrono::hours(1);
constexpr Duration purge_interval = std::chrono::hours(1);        // between looks at old receipts
constexpr Duration note_interval = std::chrono::minutes(1);       // of how far devices are
constexpr Duration piece_pause = std::chrono::milliseconds(100);  // between pieces of these two
constexpr std::size_t files_of_our_own = 64;  // beside the connections: database, log, listener

int complain(const Error& error, int exit_code = failed) {
  return app::complain("slipway-cloud", error, exit_code);
}

// What is done now and then, piece by piece, so that requests are answered in between.
class Chore {
 public:
  // After `first` and then every `interval`. `piece` tells whether there is another one, which
  // comes after `pause`.
  Chore(http::Loop& loop, Duration first, Duration pause, Duration interval,
        std::function<Result<bool>()> piece)
      : alarm_(loop, [this, &loop, pause, interval, piece = std::move(piece)] {
          const auto more = piece();
          if (!more) complain(more.error());
          alarm_.set(loop.now() + (more && *more ? pause : interval));
        }) {
    alarm_.set(loop.now() + first);
  }

 private:
  http::Loop::Alarm alarm_;
};

http::ServerLimits server_limits() {
  http::ServerLimits limits;
  limits.body_bytes_max = cloud::push_bytes_max;
  limits.gzip_bytes_min = 0;
  limits.connections_max =
      std::min(cloud::connections_max,
               std::max(app::raise_open_files(), 2 * files_of_our_own) - files_of_our_own);
  return limits;
}

// What others keep, for /metrics.
void add_figures(cloud::Metrics& metrics, const http::WaitingLine& line, const cloud::Pokes& pokes,
                 cloud::Readiness& readiness) {
  metrics.add("slipway_waiting_requests", "Requests in line, the one being served included.", false,
              [&] { return double(line.size()); });
  metrics.add("slipway_turned_away_total", "Requests that were answered 503 overloaded.", true,
              [&] { return double(line.turned_away()); });
  metrics.add("slipway_streams", "Event streams that are open.", false,
              [&] { return double(pokes.size()); });
  metrics.add("slipway_ready", "1 while /readyz is 200.", false,
              [&] { return readiness.check() ? 1.0 : 0.0; });
  metrics.add("slipway_draining", "1 while the node is about to end.", false,
              [&] { return readiness.draining() ? 1.0 : 0.0; });
}

void tell_health(const Result<void>& health) {
  if (!health) complain(health.error());
  if (health) std::cerr << "slipway-cloud: the database answers again" << std::endl;
}

void warn(cloud::Ledger& ledger) {
  const auto warnings = ledger.warnings();
  if (!warnings) complain(warnings.error());
  for (const std::string& warning : warnings.value_or(std::vector<std::string>()))
    std::cerr << "slipway-cloud: " << warning << std::endl;
}

void add_tls_options(CLI::App& serving, ServingOptions& options) {
  CLI::Option* certificate =
      serving
          .add_option("--tls-certificate", options.tls_certificate,
                      "Speaks HTTPS with this certificate: a PEM file with its chain, which is "
                      "read again when it changes")
          ->envname("SLIPWAY_CLOUD_TLS_CERTIFICATE");
  CLI::Option* key = serving
                         .add_option("--tls-key", options.tls_key,
                                     "The certificate's key: a PEM file without a password")
                         ->envname("SLIPWAY_CLOUD_TLS_KEY")
                         ->needs(certificate);
  certificate->needs(key);
}

// JWTs are told from tokens of ours by their shape; both are taken side by side.
void add_jwt_options(CLI::App& serving, ServingOptions& options) {
  CLI::Option* jwks =
      serving
          .add_option(
              "--jwks", options.jwks,
              "JWTs are taken, too: where the identity provider's public keys are, a file or "
              "an https address (RS256 and ES256)")
          ->envname("SLIPWAY_CLOUD_JWKS");
  const auto add = [&](const char* name, std::string& value, const char* help,
                       const char* variable) {
    return serving.add_option(name, value, help)->envname(variable)->needs(jwks);
  };
  CLI::Option* issuer = add("--jwt-issuer", options.jwt.issuer, "What “iss” must say, exactly",
                            "SLIPWAY_CLOUD_JWT_ISSUER");
  CLI::Option* audience =
      add("--jwt-audience", options.jwt.audience, "What “aud” must say, or have among others",
          "SLIPWAY_CLOUD_JWT_AUDIENCE");
  jwks->needs(issuer)->needs(audience);
  add("--jwt-tenant-claim", options.jwt.tenant_claim, "The claim that names the tenant",
      "SLIPWAY_CLOUD_JWT_TENANT_CLAIM")
      ->capture_default_str();
  add("--jwt-device-claim", options.jwt.device_claim, "The claim that names the device",
      "SLIPWAY_CLOUD_JWT_DEVICE_CLAIM")
      ->capture_default_str();
  add("--jwt-scope-claim", options.jwt.scope_claim,
      "The claim that says which rows the device holds, as --scope of token create does; a token "
      "without it leaves that as it was",
      "SLIPWAY_CLOUD_JWT_SCOPE_CLAIM")
      ->capture_default_str();
}

void add_limit_options(CLI::App& serving, cloud::RateLimits& limits) {
  const auto add = [&](const char* name, std::int64_t& limit, const char* help,
                       const char* variable) {
    serving.add_option(name, limit, help)
        ->envname(variable)
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
        ->capture_default_str();
  };
  add("--device-requests", limits.device_requests,
      "Requests per second of one device, at this node; more are answered 429. 0: no bound",
      "SLIPWAY_CLOUD_DEVICE_REQUESTS");
  add("--tenant-requests", limits.tenant_requests, "The same of all devices of a tenant together",
      "SLIPWAY_CLOUD_TENANT_REQUESTS");
  add("--device-entries", limits.device_entries,
      "Written entries per second of one device, pushed or one by one",
      "SLIPWAY_CLOUD_DEVICE_ENTRIES");
  add("--tenant-entries", limits.tenant_entries, "The same of all devices of a tenant together",
      "SLIPWAY_CLOUD_TENANT_ENTRIES");
  add("--device-streams", limits.device_streams,
      "Event streams of one device that are open at once", "SLIPWAY_CLOUD_DEVICE_STREAMS");
  add("--tenant-streams", limits.tenant_streams, "The same of all devices of a tenant together",
      "SLIPWAY_CLOUD_TENANT_STREAMS");
}

}  // namespace

void add_options(CLI::App& command, ServingOptions& options) {
  command.add_option("--listen", options.listen, "HOST:PORT; port 0: any free one")
      ->envname("SLIPWAY_CLOUD_LISTEN")
      ->capture_default_str();
  command
      .add_option("--receipts-kept-days", options.receipts_kept_days,
                  "How long an entry's receipt is kept, at least")
      ->envname("SLIPWAY_CLOUD_RECEIPTS_KEPT_DAYS")
      ->check(CLI::Range(cloud::receipts_kept_min_days, std::int64_t{36'500}))
      ->capture_default_str();
  command
      .add_option("--drain-seconds", options.drain_seconds,
                  "How long /readyz says that the node is about to end before it closes its door; "
                  "as long as a balancer takes to see it")
      ->envname("SLIPWAY_CLOUD_DRAIN_SECONDS")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  command
      .add_flag("--log-requests", options.log_requests,
                "Writes one line of JSON per request on stderr, without addresses or contents")
      ->envname("SLIPWAY_CLOUD_LOG_REQUESTS");
  add_tls_options(command, options);
  add_jwt_options(command, options);
  add_limit_options(command, options.limits);
}

int serve_cloud(cloud::Ledger& ledger, const ServingOptions& options,
                const cloud::Retention& keep) {
  warn(ledger);
  http::Loop loop;
  Random random = app::random_from_system();
  cloud::Observer observer(
      random,
      [&] {
        return Now{loop.now(), wall_clock()};
      },
      options.log_requests ? &std::cerr : nullptr);
  cloud::Identity identity(ledger, wall_clock);
  std::unique_ptr<app::JwtKeys> jwt_keys;
  if (!options.jwks.empty()) {
    if (auto place = jwt::check_key_place(options.jwks); !place)
      return complain(place.error(), wrong_use);
    jwt_keys = std::make_unique<app::JwtKeys>(loop, options.jwks, observer.metrics);
    if (auto read = jwt_keys->begin(); !read) return complain(read.error());
    identity.trust(options.jwt, jwt_keys->ring());
  }
  cloud::Pokes pokes(ledger, identity);
  cloud::Readiness readiness(
      ledger, [&] { return loop.now(); }, tell_health);
  const http::WaitingLine line(
      loop,
      {.requests_max = cloud::waiting_requests_max,
       .bytes_max = cloud::waiting_bytes_max,
       .time_max = cloud::waiting_time_max,
       .passes_by = {"/healthz", "/readyz", "/metrics"}},
      observer.guarded(
          cloud::routes(ledger, identity, pokes, readiness, observer, wall_clock, options.limits)),
      [&] { return loop.now(); });
  auto server =
      std::make_unique<http::Server>(loop, observer.observed(line.handler()), server_limits());
  server->refuse_by([&](const http::Request& so_far, http::Response refusal) {
    return observer.refused(so_far, std::move(refusal));
  });
  // Each of thousands of streams asks for it: counted once a second.
  server->heartbeat_with(
      [&, text = std::string(), counted_at = std::optional<Instant>()]() mutable {
        if (!counted_at || loop.now() >= *counted_at + std::chrono::seconds(1)) {
          counted_at = loop.now();
          text = cloud::heartbeat_of(cloud::return_window(pokes.size(), line.served_per_second()));
        }
        return text;
      });
  add_figures(observer.metrics, line, pokes, readiness);
  app::TlsFiles tls_files(loop, options.tls_certificate, options.tls_key);
  if (!options.tls_certificate.empty()) {
    if (auto begun = tls_files.begin(*server, observer.metrics); !begun)
      return complain(begun.error());
  }
  observer.metrics.add("slipway_tls_refused_total",
                       "Clients that got no secure connection, or asked for one in vain.", true,
                       [&] { return double(server->strangers()); });
  if (auto listening = server->listen(options.listen); !listening) {
    return complain(listening.error(),
                    listening.error().type == "bad-address" ? wrong_use : failed);
  }
  const Chore look(loop, Duration(0), cloud::look_interval, cloud::look_interval, [&] {
    pokes.look();
    return Result<bool>(false);
  });
  std::optional<Chore> compaction;
  if (keep.commits || keep.days) {
    compaction.emplace(loop, Duration(0), Duration(0), compaction_interval, [&]() -> Result<bool> {
      const auto done = ledger.compact(std::nullopt, keep, wall_clock());
      if (!done) return std::unexpected(done.error());
      return done->more;
    });
  }
  // First it only says that it ends, so that a balancer sends new requests elsewhere. Then nobody
  // is let in, what is in progress is finished, and streams end: devices open them again elsewhere.
  // A second signal ends the waiting.
  http::Loop::Alarm deadline(loop, [&] { loop.stop(); });
  const auto close = [&] {
    deadline.set(loop.now() + grace_on_stop);
    server->close([&] { loop.stop(); });
  };
  http::Loop::Alarm drained(loop, close);
  for (int signal_number : {SIGTERM, SIGINT}) {
    loop.on_signal(signal_number, [&] {
      if (readiness.draining() || options.drain_seconds == 0) return close();
      readiness.drain();
      drained.set(loop.now() + std::chrono::seconds(options.drain_seconds));
    });
  }
  ledger.keep_receipts(options.receipts_kept_days);
  const Chore purge(loop, purge_interval, piece_pause, purge_interval, [&] {
    return ledger.purge_receipts(wall_clock(), cloud::receipts_purged_max);
  });
  const Chore note(loop, note_interval, piece_pause, note_interval,
                   [&] { return ledger.note_devices(wall_clock()); });
  std::cout << json_text(json::object{{"event", "listening"}, {"url", server->url()}}) << std::endl;
  loop.run();
  auto more = ledger.note_devices(wall_clock());
  while (more && *more) more = ledger.note_devices(wall_clock());
  if (!more) complain(more.error());
  return done;
}

}  // namespace slipway::app
