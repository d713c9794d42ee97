#include "rest_desk.h"

#include <algorithm>

#include "base/check.h"
#include "bench.h"
#include "model/canonical_json.h"

namespace slipway::sim {

// A request is a task of the desk's: the API executes it when its turn comes, and the answer is one
// more. Whoever is killed in between leaves it undone or unheard.
class RestDesk::Carrier final : public HttpCarrier {
 public:
  Carrier(RestDesk& desk, Finished finished) : desk_(desk), finished_(std::move(finished)) {}

  void start(std::uint64_t id, HttpRequest request, bool) override {
    desk_.post([this, id, exchange = exchange_, request = std::move(request)] {
      if (exchange != exchange_) return;  // given up
      finished_(id, carry(request));
    });
  }
  void abort_exchanges() override { ++exchange_; }
  void abort_stream() override {}

 private:
  HttpResult carry(const HttpRequest& request) {
    Failure lost{FailureClass::unreachable, "Nobody answered.", 0, std::nullopt};
    switch (desk_.has_faults_ ? desk_.random_.below(16) : 15) {
      case 0:
        lost.without_effect = true;
        return std::unexpected(lost);
      case 1:
        return std::unexpected(lost);
      case 2:
        (void)desk_.api_.answer(request);
        if (request.method == "POST") desk_.run_.seen("a hosted API's answer to a create is lost");
        return std::unexpected(lost);
      case 3:
        (void)desk_.api_.answer(request);
        return said(500);
      case 4:
        return said(500);
      case 5:
        return said(503);
      default:
        return desk_.api_.answer(request);
    }
  }

  static HttpAnswer said(int status) {
    HttpAnswer answer;
    answer.status = status;
    answer.content_type = "application/json";
    answer.body = "{}";
    return answer;
  }

  RestDesk& desk_;
  const Finished finished_;
  std::uint64_t exchange_ = 0;
};

RestDesk::RestDesk(Run& run, Random& random, HostedApi& api, RestApi declared, std::string name,
                   bool counts)
    : run_(run),
      random_(random),
      api_(api),
      declared_(std::move(declared)),
      name_(std::move(name)),
      counts_(counts),
      disk_(empty_device(1024)) {
  start();
}

RestDesk::~RestDesk() {
  kill();
}

void RestDesk::start() {
  disk_.restart();
  store::StoreOptions options = store_options(disk_);
  options.rules.entities["Parent"].assigned = declared_.entities.at("Parent").assigned;
  auto opened = store::Store::open(std::move(options), Random(random_.next()), bench_time);
  CHECK(opened);
  store_ = std::move(*opened);
  transport_ = std::make_unique<RestTransport>(
      RestOptions{.api = declared_},
      [this](HttpCarrier::Finished finished, HttpCarrier::Heard) {
        return std::make_unique<Carrier>(*this, std::move(finished));
      },
      [this](std::function<void()> task) { post(std::move(task)); });
  worker_ = std::make_unique<Worker>(
      *store_, *transport_, Random(random_.next()),
      [this] {
        return Now{run_.timeline.now(), bench_time};
      },
      [this](LogLevel, std::string_view event, const json::object& details) {
        if (event == "store") run_.violated("I30", name_ + ": " + canonical_json(details));
      });
  store_->on_change([this](const store::Changes& changes) { worker_->on_store_change(changes); });
  const auto identity = store_->identity();
  CHECK(identity);
  worker_->handle(event::Started{identity->cursor.has_value(), false});
}

void RestDesk::kill() {
  tasks_.clear();
  worker_.reset();
  transport_.reset();
  store_.reset();
  disk_.kill();
}

bool RestDesk::run_task() {
  if (tasks_.empty()) return false;
  const auto task = std::move(tasks_.front());
  tasks_.pop_front();
  task();
  return true;
}

std::string RestDesk::new_id() {
  const int next = int(made_.size()) + 1;
  const std::string id =
      counts_ ? std::to_string(HostedApi::first_id + next) : name_ + std::to_string(next);
  made_.insert(id);
  return id;
}

void RestDesk::write(const std::string& text) {
  const store::RowPage page = store_->rows("Parent", {}).value();
  store::Mutation mutation{"Parent", "", "", {{"name", text}}};
  if (page.rows.empty() || random_.chance(1, 3)) {
    mutation.entity_id = new_id();
    mutation.action = "CREATE_PARENT";
    mutation.payload["id"] = *mutation.entity_id;
  } else {
    const store::ListedRow& row = page.rows[random_.below(page.rows.size())];
    mutation.entity_id = row.entity_id;
    mutation.action = "UPDATE_PARENT";
    const json::value& shown = row.values.at("name");
    api_.may_replace(text, shown.is_string() ? std::string(shown.get_string()) : "");
    // Not of another desk's row: its creator may not have heard of it yet, and would make it again.
    const bool is_own = made_.contains(row.entity_id);
    if (is_own && random_.chance(1, 6)) mutation = {"Parent", row.entity_id, "DELETE_PARENT", {}};
  }
  const bool is_named = mutation.payload.contains("name");
  const store::WriteRequest request{{mutation}, false, std::nullopt};
  const auto written = store_->write(std::span(&request, 1), bench_time).front();
  if (written && is_named) written_.insert(text);
}

std::vector<store::Entry> RestDesk::entries(std::vector<Status> statuses) {
  store::QueueQuery query;
  query.statuses = std::move(statuses);
  query.limit = 1000;
  return store_->entries(query).value().entries;
}

std::size_t RestDesk::open_entries() {
  return entries({Status::pending, Status::processing, Status::conflict, Status::error,
                  Status::discarding})
      .size();
}

std::set<std::string> RestDesk::unsettled_creates() {
  std::set<std::string> ids;
  for (const store::Entry& entry : entries({Status::pending, Status::processing, Status::conflict,
                                            Status::error, Status::discarding}))
    if (entry.body.op == Op::create)
      ids.insert({entry.body.entity.id, entry.client_request_id, entry.root_id});
  return ids;
}

void RestDesk::decide(bool only_discards) {
  const auto parked = entries({Status::conflict, Status::error});
  if (!parked.empty()) decide(parked[random_.below(parked.size())], only_discards);
}

void RestDesk::decide(const store::Entry& entry, bool only_discards) {
  namespace wish = store::wish;
  const auto carry_out = [&](const store::Wish& wanted) {
    (void)store_->decide(wanted, store::DecideMode::carry_out, bench_time);
  };
  const json::value* reason = entry.receipt ? find(*entry.receipt, "reason") : nullptr;
  if (reason && *reason == json::value("outcome-unknown")) {
    run_.seen("a person is asked what became of it at a hosted API");
    const json::value* name = find(entry.body.payload, "name");
    const bool happened = name && (entry.body.op == Op::create ? api_.creations(key_text(*name)) > 0
                                                               : api_.has_effect(key_text(*name)));
    if (!happened && !only_discards && random_.chance(1, 2))
      return carry_out(wish::Retry{entry.id});
    wish::Outcome outcome{entry.id, happened};
    const bool is_made = happened && entry.body.op == Op::create;
    if (is_made && random_.chance(1, 2)) outcome.cloud_id = *api_.id_of(key_text(*name));
    if (store_->decide(outcome, store::DecideMode::carry_out, bench_time) || !is_made) return;
    run_.seen("a person must say under which id a row was made");
    outcome.cloud_id = *api_.id_of(key_text(*name));
    return carry_out(outcome);
  }
  const json::value* server = entry.conflict ? find(*entry.conflict, "server") : nullptr;
  const json::value* name = find(entry.body.payload, "name");
  if (!only_discards && server && server->is_object() && name && random_.chance(1, 2)) {
    if (const json::value* theirs = find(server->get_object(), "name"))
      api_.may_replace(key_text(*name), key_text(*theirs));
    run_.seen("a conflict with a hosted API is forced");
    return carry_out(wish::Force{entry.id});
  }
  if (!only_discards && !server && random_.chance(1, 2)) return carry_out(wish::Retry{entry.id});
  carry_out(wish::Discard{entry.id, true});
}

// What was accepted is in the queue, and what counts as done had its effect there.
void RestDesk::check_account() {
  std::set<std::string> kept;
  for (const store::Entry& entry : entries({})) {
    const json::value* value = find(entry.body.payload, "name");
    if (!value) continue;
    const std::string name = key_text(*value);
    kept.insert(name);
    if (entry.status == Status::success && !api_.has_effect(name))
      run_.violated("I30", name_ + ": “" + name + "” counts as done, and was never at the API");
  }
  for (const std::string& name : written_)
    if (!kept.contains(name)) run_.violated("I30", name_ + ": “" + name + "” is gone");
}

// The desk shows the API's rows, each once, by whatever id it has here.
void RestDesk::check_rows() {
  std::map<std::string, std::string> here;
  store::RowQuery query;
  query.limit = 1000;
  const store::RowPage page = store_->rows("Parent", query).value();
  for (const store::ListedRow& row : page.rows) {
    const std::string id = row.cloud_id ? key_text(*row.cloud_id) : row.entity_id;
    if (id != row.entity_id && made_.contains(id))
      run_.seen("a hosted API gives an id that is here another row's name");
    if (!here.emplace(id, key_text(row.values.at("name"))).second)
      run_.violated("I30", name_ + " shows the row " + id + " twice");
  }
  const auto there = api_.names();
  if (here == there) return;
  for (const auto& [id, name] : here)
    if (!there.contains(id))
      return run_.violated("I30", name_ + " shows " + id + " (“" + name + "”), which is not there");
  for (const auto& [id, name] : there) {
    const auto shown = here.find(id);
    if (shown == here.end() || shown->second != name)
      return run_.violated("I30", name_ + " shows " + id + " as “" +
                                      (shown == here.end() ? "nothing" : shown->second) +
                                      "”, the API has “" + name + "”");
  }
}

}  // namespace slipway::sim
