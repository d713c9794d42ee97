#include "app/serve.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/place.h"
#include "app/process.h"
#include "app/rest_config.h"
#include "app/run_file.h"
#include "app/sync_log.h"
#include "http/guard.h"
#include "http/server.h"
#include "local_api/local_api.h"
#include "model/canonical_json.h"
#include "store/meta.h"
#include "transport/address.h"
#include "transport/rest_transport.h"
#include "transport/slipway_transport.h"
#include "transport/webhook_transport.h"
#include "worker/worker.h"

namespace slipway::app {

namespace {

constexpr std::string_view program = "slipway";
constexpr Duration grace_on_stop = std::chrono::milliseconds(1500);  // for answers in progress
constexpr Duration token_check_interval = std::chrono::seconds(1);   // while signed out

AssignedFields assigned_fields(const SyncRules& rules) {
  AssignedFields fields;
  for (const auto& [type, rule] : rules.entities) {
    if (!rule.assigned.empty()) fields[type] = rule.assigned;
  }
  return fields;
}

std::unique_ptr<Transport> make_transport(const Config& config, http::Loop& loop) {
  const auto post = [&loop](std::function<void()> task) { loop.post(std::move(task)); };
  HttpOptions http;
  http.ca_file = config.ca_file;
  if (config.target == "webhook") {
    return std::make_unique<WebhookTransport>(
        WebhookOptions{.url = config.webhook_url,
                       .token_file = config.cloud_token_file,
                       .http = http,
                       .assigned = assigned_fields(config.rules)},
        post);
  }
  if (config.target == "rest") {
    return std::make_unique<RestTransport>(
        RestOptions{.api = config.rest, .token_file = config.cloud_token_file, .http = http}, post);
  }
  return std::make_unique<SlipwayTransport>(
      CloudOptions{config.cloud, config.cloud_token_file, http}, post);
}

std::string address_for_people(const Config& config) {
  if (config.target == "webhook") return origin_of(config.webhook_url);
  return config.target == "rest" ? config.rest.url : config.cloud;
}

// The token stays the same over restarts, so that an app that read it once keeps working.
Result<std::string> local_token(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    auto text = read_small_file(path);
    if (!text) return text;
    while (!text->empty() && std::isspace(static_cast<unsigned char>(text->back())))
      text->pop_back();
    if (text->size() >= 16) {
      if (::chmod(path.c_str(), 0600) == 0) return text;
    }
  }
  std::string token = random_from_system().hex(32);
  if (auto written = write_private_file(path, token + "\n"); !written)
    return std::unexpected(written.error());
  return token;
}

http::GuardRules guard_rules(const std::string& url, const Config& config, std::string token) {
  http::GuardRules rules;
  rules.token = std::move(token);
  rules.open_paths = local_api::LocalApi::open_paths();
  rules.origins = config.allowed_origins;
  if (!url.starts_with("http://"))
    return rules;  // a Unix socket: whoever may open it is on this machine
  const std::string host = url.substr(7);
  const std::string port = host.substr(host.rfind(':'));
  rules.hosts = {host, "localhost" + port, "127.0.0.1" + port, "[::1]" + port};
  for (const std::string& name : rules.hosts) rules.origins.push_back("http://" + name);
  return rules;
}

class Service {
 public:
  Service(const Config& config, SyncLog log, std::unique_ptr<store::Store> store)
      : config_(config),
        log_(std::move(log)),
        store_(std::move(store)),
        clock_([this] {
          return Now{loop_.now(), wall_clock()};
        }),
        transport_(make_transport(config, loop_)),
        worker_(*store_, *transport_, random_from_system(), clock_,
                [this](LogLevel level, std::string_view event, const json::object& details) {
                  log_.write(level, event, details);
                }),
        api_(loop_, *store_, worker_, clock_,
             {{config.target, address_for_people(config)},
              config.settings,
              config.desk.empty() ? std::nullopt
                                  : std::optional<std::filesystem::path>(config.desk)},
             [this](const local_api::Settings& settings) { apply(settings); }),
        wakeup_(loop_, [this] { worker_.handle(event::TimePassed{}); }),
        token_check_(loop_, [this] { check_token(); }),
        stop_deadline_(loop_, [this] { loop_.stop(); }) {}

  Result<void> start(RunFile& run_file) {
    auto token = local_token(config_.token_file);
    if (!token) return std::unexpected(token.error());
    connect_parts();
    if (auto loaded = api_.load_settings(); !loaded) return loaded;
    if (auto listening = server_.listen(config_.listen); !listening) return listening;
    handler_ = http::guarded(guard_rules(server_.url(), config_, *token), api_.handler());
    if (auto published = run_file.publish(server_.url(), config_.token_file); !published)
      return published;
    const auto identity = store_->identity();
    if (!identity) return std::unexpected(identity.error());
    const auto paused = store_->meta(store::meta_key::paused);
    const auto full_pull = store_->full_pull();
    if (!full_pull) return std::unexpected(full_pull.error());
    worker_.handle(event::Started{identity->cursor.has_value(), full_pull->has_value()});
    if (paused && *paused == "1") worker_.handle(event::Paused{true});
    log_.write(
        LogLevel::info, "started",
        {{"url", server_.url()}, {"database", config_.database}, {"device", identity->device}});
    end_on_signals();  // before anybody is told that it is ready
    std::cout << json_text(json::object{{"event", "listening"},
                                        {"url", server_.url()},
                                        {"tokenFile", config_.token_file}})
              << std::endl;
    return {};
  }

  void run() {
    loop_.run();
    (void)store_->release_lease();  // else the next one waits its time
    log_.write(LogLevel::info, "stopped", {});
  }

 private:
  void end_on_signals() {
    for (int signal_number : {SIGTERM, SIGINT}) {
      loop_.on_signal(signal_number, [this] {
        stop_deadline_.set(loop_.now() + grace_on_stop);
        server_.close([this] { loop_.stop(); });
      });
    }
  }

  void connect_parts() {
    store_->on_change([this](const store::Changes& changes) {
      log_.note(changes);
      if (logs_payloads_) log_payloads(changes);
      api_.note(changes);
      worker_.on_store_change(changes);
    });
    store_->on_failure([this] { loop_.post([this] { worker_.handle(event::StoreFailed{}); }); });
    worker_.on_progress([this] {
      api_.note_progress();
      if (const auto at = worker_.next_wakeup())
        wakeup_.set(*at);
      else
        wakeup_.cancel();
      if (worker_.engine().connection() == Connection::signed_out && !watches_token_) {
        watches_token_ = true;
        token_seen_ = token_content();
        token_check_.set(loop_.now() + token_check_interval);
      }
    });
  }

  // Only when a person asked for it: what was written, once for each new entry.
  void log_payloads(const store::Changes& changes) {
    for (const auto& change : changes.entries) {
      if (change.status != Status::pending) continue;
      const auto entry = store_->entry(change.id);
      if (!entry || !*entry || (*entry)->attempts > 0) continue;
      log_.write(LogLevel::info, "write",
                 {{"entry", change.id},
                  {"action", (*entry)->body.action},
                  {"payload", (*entry)->body.payload}});
    }
  }

  std::string token_content() const {
    return read_small_file(config_.cloud_token_file).value_or("");
  }

  void check_token() {
    if (worker_.engine().connection() != Connection::signed_out) {
      watches_token_ = false;
      return;
    }
    token_check_.set(loop_.now() + token_check_interval);
    if (token_content() == token_seen_) return;
    watches_token_ = false;
    token_check_.cancel();
    worker_.handle(event::TokenChanged{});
  }

  void apply(const local_api::Settings& settings) {
    logs_payloads_ = settings.log_payloads;
    worker_.set_options({settings.attempts_max});
    BackoffRule rule = entry_backoff;
    rule.base = settings.backoff_base;
    rule.cap = settings.backoff_max;
    rule.floor = std::min(rule.floor, rule.base);
    worker_.handle(event::PolicyChanged{settings.interval, rule});
  }

  const Config& config_;
  SyncLog log_;
  std::unique_ptr<store::Store> store_;
  http::Loop loop_;
  Worker::Clock clock_;
  std::unique_ptr<Transport> transport_;
  Worker worker_;
  local_api::LocalApi api_;
  http::Handler handler_;
  http::Server server_{loop_, [this](http::Request request, http::Reply reply) {
                         handler_(std::move(request), std::move(reply));
                       }};
  http::Loop::Alarm wakeup_;
  http::Loop::Alarm token_check_;
  http::Loop::Alarm stop_deadline_;
  bool logs_payloads_ = false;
  bool watches_token_ = false;
  std::string token_seen_;
};

// Where the machine cannot name its lock, a random name: then another service waits its time.
Result<std::unique_ptr<store::Store>> open_store(const Config& config, const RunFile& run_file) {
  store::StoreOptions options;
  options.path = config.database;
  options.rules = config.rules;
  options.scope = config.scope;
  options.place = place_of(config.database);
  options.holder = run_file.claim();
  if (options.holder.empty()) options.holder = random_from_system().uuid();
  return store::Store::open(std::move(options), random_from_system(), wall_clock());
}

int exit_of(const Error& error) {
  return error.type == "invalid-config" ? wrong_use : failed;
}

// A rule that cannot be its column's is a mistake in the configuration. A table or column that is
// not there may come with the app's next migration, so it is only told.
Result<void> check_rules(store::Store& store, SyncLog& log) {
  const store::RuleProblems problems = store.rule_problems();
  if (!problems.misfits.empty()) {
    return fail(ErrorKind::invalid, "invalid-config", problems.misfits.front(),
                "Correct the rules in the configuration.");
  }
  for (const std::string& missing : problems.missing) {
    std::cerr << program << ": " << missing << ". Until it exists its rules mean nothing.\n";
    log.write(LogLevel::warning, "rules", {{"problem", missing}});
  }
  return {};
}

}  // namespace

int serve(Config config) {
  if (auto there = check_database(config.database); !there) return complain(program, there.error());
  auto run_file = RunFile::take(config.database);
  if (!run_file) return complain(program, run_file.error());
  auto log = SyncLog::open(config.log_file, config.log_bytes_max, config.log_files_max);
  if (!log) return complain(program, log.error());
  auto store = open_store(config, *run_file);
  if (!store) return complain(program, store.error(), exit_of(store.error()));
  if (auto checked = check_rules(**store, *log); !checked)
    return complain(program, checked.error(), wrong_use);
  if (config.target == "rest") {
    if (auto fitted = fit_rest(config.rest, (*store)->schema()); !fitted)
      return complain(program, fitted.error(), wrong_use);
  }
  Service service(config, std::move(*log), std::move(*store));
  if (auto started = service.start(*run_file); !started) {
    return complain(program, started.error(),
                    started.error().type == "bad-address" ? wrong_use : failed);
  }
  service.run();
  return done;
}

int init(const Config& config, bool yes) {
  if (auto there = check_database(config.database); !there) return complain(program, there.error());
  auto run_file = RunFile::take(config.database);
  if (!run_file) return complain(program, run_file.error());
  auto store = open_store(config, *run_file);
  if (!store) return complain(program, store.error(), exit_of(store.error()));
  const auto rows = (*store)->count_existing_rows();
  if (!rows) return complain(program, rows.error());
  std::cout << "Slipway's tables are in " << config.database << ".\n";
  if (*rows == 0) {
    std::cout << "There are no rows that the cloud has not heard of.\n";
    return done;
  }
  if (!yes && ::isatty(STDIN_FILENO)) {
    std::cout << *rows
              << " rows exist that the cloud has not heard of. Offer them to the cloud? [y/N] "
              << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    yes = answer == "y" || answer == "Y" || answer == "yes";
  }
  if (!yes) {
    std::cout << *rows
              << " rows exist that the cloud has not heard of. They are shown and never deleted; "
                 "offer them to the cloud with --yes.\n";
    return done;
  }
  const auto offered = (*store)->offer_existing_rows(wall_clock());
  if (!offered) return complain(program, offered.error());
  (void)(*store)->release_lease();
  std::cout << *offered << " rows are queued for the cloud; they go out when slipway serve runs.\n";
  return done;
}

}  // namespace slipway::app
