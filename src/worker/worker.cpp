#include "worker/worker.h"

#include "base/check.h"
#include "base/planted.h"

namespace slipway {

namespace {

Failure other_exchange() {
  return {FailureClass::unreachable, "The answer belongs to another request.", 0, std::nullopt};
}

Failure other_cloud(const Error& error) {
  return {FailureClass::other_cloud, error.message + ". " + error.hint, 0, std::nullopt};
}

json::object describe(const Failure& failure) {
  json::object details{{"failure", to_text(failure.means)}, {"message", failure.message}};
  if (failure.status) details["status"] = failure.status;
  return details;
}

}  // namespace

Worker::Worker(store::Store& store, Transport& transport, Random random, Clock clock, Log log,
               WorkerOptions options)
    : store_(store),
      transport_(transport),
      random_(random),
      clock_(std::move(clock)),
      log_(std::move(log)),
      options_(options),
      lease_token_(store.lease_token()),
      engine_(Random(random_.next()), transport.has_stream()) {
  note_cloud();
}

void Worker::handle(Event event) {
  events_.push_back(std::move(event));
  if (handling_) return;
  handling_ = true;
  tend_lease();
  note_standby();
  while (!events_.empty()) {
    const Event next = std::move(events_.front());
    events_.pop_front();
    for (const Action& action : engine_.step(next, clock_().instant)) {
      std::visit([&](const auto& a) { perform(a); }, action);
    }
    note_cloud();
    note_standby();
  }
  handling_ = false;
  if (progress_) progress_();
}

std::optional<Instant> Worker::next_wakeup() const {
  const auto due = engine_.next_wakeup();
  if (store_.failed()) return due;  // to be reopened first
  return due ? std::min(*due, lease_due_) : lease_due_;
}

void Worker::tend_lease() {
  const Now now = clock_();
  if (now.instant < lease_due_ || store_.failed()) return;
  lease_due_ = now.instant + store::lease_interval;
  if (auto held = store_.tend_lease(now.instant, now.wall); !held) {
    log_(LogLevel::warning, "lease",
         {{"error", held.error().type}, {"message", held.error().message}});
  }
}

// The store finds out; the engine must know, whoever asked the store. A lease that was lost and
// taken again in one look was another's in between: the engine hears of both.
void Worker::note_standby() {
  const bool taken_anew = lease_token_ != store_.lease_token();
  lease_token_ = store_.lease_token();
  if (taken_anew && !store_.stands_by() && !engine_.stands_by())
    return events_.push_front(event::Standby{true, false, false});
  if (store_.stands_by() == engine_.stands_by()) return;
  const auto identity = store_.identity();
  const auto full_pull = store_.full_pull();
  events_.push_front(event::Standby{store_.stands_by(), identity && identity->cursor.has_value(),
                                    full_pull && full_pull->has_value()});
}

// Of what needs the cloud. While it is only being asked whether the cloud is there, what was taken
// waits for the answer.
void Worker::note_cloud() {
  if (auto away = engine_.away(); away != cloud_away_) {
    store_.note_cloud(away);
    cloud_away_ = std::move(away);
    unsent_parked_ = false;
  }
  if (!cloud_away_ || unsent_parked_ || store_.failed() || store_.stands_by() ||
      engine_.connection() == Connection::probing) {
    return;
  }
  if (auto parked = store_.park_unsent_needs(clock_().wall); parked)
    unsent_parked_ = true;
  else
    log_(LogLevel::warning, "store",
         {{"error", parked.error().type}, {"message", parked.error().message}});
}

// While nothing else is to be done.
void Worker::tidy() {
  if (auto more = store_.purge_archive(clock_().wall); !more && more.error().type != "standby") {
    log_(LogLevel::warning, "archive",
         {{"error", more.error().type}, {"message", more.error().message}});
  }
}

void Worker::on_store_change(const store::Changes& changes) {
  if (changes.work_appeared) handle(event::WorkAppeared{});
}

void Worker::begin(ExchangeId exchange) {
  current_ = {exchange, random_.uuid()};
}

void Worker::perform(const action::Probe& a) {
  begin(a.exchange);
  transport_.probe(
      [this, exchange = a.exchange](auto answer) { probed(exchange, std::move(answer)); });
}

void Worker::perform(const action::Push& a) {
  begin(a.exchange);
  const TransportLimits most = transport_.limits();
  const store::BatchLimits limits{std::min(a.units_max, most.push_entries_max),
                                  std::min(limits::push_entries_max, most.push_entries_max),
                                  std::min(limits::push_bytes_max, most.push_bytes_max)};
  auto request = store_.begin_push(current_.id, limits, a.waiting, clock_().wall);
  if (!request) return store_trouble(a.exchange, request.error());
  if (!*request) {
    end();
    return handle(event::NothingToPush{a.exchange});
  }
  log_(LogLevel::info, "push", {{"exchange", current_.id}, {"items", (*request)->items.size()}});
  transport_.push(std::move(**request), [this, exchange = a.exchange](auto answer) {
    pushed(exchange, std::move(answer));
  });
}

void Worker::perform(const action::Pull& a) {
  begin(a.exchange);
  auto request = store_.pull_request(current_.id, std::int64_t(limits::page_rows_max));
  if (!request) return store_trouble(a.exchange, request.error());
  transport_.pull(std::move(*request), [this, exchange = a.exchange](auto answer) {
    pulled(exchange, std::move(answer));
  });
}

void Worker::perform(const action::PullAll& a) {
  begin(a.exchange);
  auto request = store_.snapshot_request(current_.id, limits::full_pull_rows_max);
  if (!request) return store_trouble(a.exchange, request.error());
  transport_.snapshot(std::move(*request), [this, exchange = a.exchange](auto answer) {
    pulled_all(exchange, std::move(answer));
  });
}

void Worker::perform(const action::CompareHistory& a) {
  begin(a.exchange);
  auto request = store_.history_request(current_.id, limits::history_versions_max);
  if (!request) return store_trouble(a.exchange, request.error());
  transport_.compare_history(std::move(*request), [this, exchange = a.exchange](auto answer) {
    compared(exchange, std::move(answer));
  });
}

void Worker::perform(const action::Cancel& a) {
  if (!is_current(a.exchange)) return;
  end();
  transport_.cancel();
  if (store_.stands_by()) return;  // whoever works now has put the entries back
  const Failure cancelled{FailureClass::unreachable, "given up before an answer came", 0,
                          std::nullopt};
  // A store that fails here is closed; its reopening puts the entries back.
  if (auto failed = store_.fail_push(cancelled, options_.faults_max, clock_().wall); !failed) {
    log_(LogLevel::error, "store",
         {{"error", failed.error().type}, {"message", failed.error().message}});
  }
}

void Worker::perform(const action::ShowWait& a) {
  if (a.failing_for >= limits::alarm_after) {
    log_(LogLevel::error, "stuck",
         {{"entries", json::value_from(a.entries)}, {"failingForMs", a.failing_for.count()}});
  }
  if (auto shown = store_.show_wait(a.entries, clock_().wall + a.wait); !shown) {
    log_(LogLevel::warning, "store",
         {{"error", shown.error().type}, {"message", shown.error().message}});
  }
}

void Worker::perform(const action::OpenStream& a) {
  stream_ = a.stream;
  const auto cursor = store_.cursor();
  transport_.open_stream(
      cursor.value_or(std::nullopt), [this, stream = a.stream](Poke poke) { heard(stream, poke); },
      [this, stream = a.stream](const Failure& failure) { stream_ended(stream, failure); });
}

void Worker::perform(const action::CloseStream&) {
  stream_ = 0;
  transport_.close_stream();
}

void Worker::perform(const action::Announce&) {
  log_(LogLevel::info, "connection",
       {{"connection", to_text(engine_.connection())},
        {"reason", engine_.reason()},
        {"live", engine_.is_live()}});
}

void Worker::perform(const action::ReopenStore&) {
  if (auto reopened = store_.reopen(clock_().wall); !reopened) {
    log_(LogLevel::error, "store",
         {{"error", reopened.error().type}, {"message", reopened.error().message}});
    return;
  }
  lease_token_ = store_.lease_token();  // what happened meanwhile StoreReopened says
  const auto cursor = store_.cursor();
  const auto full_pull = store_.full_pull();
  if (cursor && full_pull)
    handle(event::StoreReopened{cursor->has_value(), full_pull->has_value()});
}

void Worker::probed(ExchangeId exchange, std::expected<Capabilities, Failure> answer) {
  if (!is_current(exchange)) return;
  if (!answer) return fail(exchange, answer.error());
  if (answer->protocol != protocol_number) {
    return fail(exchange, {FailureClass::upgrade_needed,
                           "The cloud speaks protocol " + std::to_string(answer->protocol) +
                               ", this program speaks " + std::to_string(protocol_number) +
                               ". Install the newer version.",
                           0, std::nullopt});
  }
  if (auto met = store_.meet_cloud(*answer, clock_().wall); !met) {
    if (met.error().type != "other-cloud") return store_trouble(exchange, met.error());
    return fail(exchange, other_cloud(met.error()));
  }
  const auto full_pull = store_.full_pull();
  if (!full_pull) return store_trouble(exchange, full_pull.error());
  end();
  handle(event::ProbeAnswered{exchange, full_pull->has_value()});
}

void Worker::pushed(ExchangeId exchange, std::expected<PushAnswer, Failure> answer) {
  if (!is_current(exchange)) return;
  const bool foreign = answer && answer->exchange != current_.id;
  if (foreign && !planted(Bug::absorbs_stale_page)) answer = std::unexpected(other_exchange());
  if (!answer) {
    if (answer.error().retry_after) handle(event::AskedToWait{*answer.error().retry_after});
    auto failed = store_.fail_push(answer.error(), options_.faults_max, clock_().wall);
    if (!failed) return store_trouble(exchange, failed.error());
    return fail(exchange, answer.error(), std::move(*failed));
  }
  auto outcome = store_.finish_push(*answer, clock_().wall);
  if (!outcome) return store_trouble(exchange, outcome.error());
  json::object verdicts;
  for (const Receipt& verdict : answer->verdicts) {
    auto& count = verdicts[to_text(verdict.verdict)];
    count = count.is_int64() ? count.get_int64() + 1 : 1;
  }
  log_(LogLevel::info, "pushed",
       {{"exchange", current_.id},
        {"verdicts", verdicts},
        {"settled", outcome->settled.size()},
        {"head", answer->head.seq}});
  end();
  handle(event::PushAnswered{exchange, outcome->page_absorbed, outcome->more,
                             std::move(outcome->unsettled), std::move(outcome->settled),
                             outcome->cursor.seq});
}

void Worker::pulled(ExchangeId exchange, std::expected<PullAnswer, Failure> answer) {
  if (!is_current(exchange)) return;
  if (answer && answer->exchange != current_.id) answer = std::unexpected(other_exchange());
  if (!answer) return fail(exchange, answer.error());
  auto settled = store_.absorb_page(*answer, clock_().wall);
  if (!settled) return store_trouble(exchange, settled.error());
  if (!settled->page_absorbed) return fail(exchange, other_exchange());
  if (answer->page.to == answer->page.from && answer->page.to != answer->head) {
    return fail(exchange, {FailureClass::busy, "The cloud has changes but did not send any.", 0,
                           std::nullopt});
  }
  if (answer->page.to != answer->page.from) {
    log_(LogLevel::info, "pulled",
         {{"exchange", current_.id},
          {"rows", answer->page.rows.size()},
          {"receipts", answer->page.receipts.size()},
          {"to", answer->page.to.seq}});
  }
  end();
  if (answer->page.to == answer->head) tidy();
  const auto full_pull = store_.full_pull();  // the store may have begun one by itself
  handle(event::PullAnswered{exchange, answer->page.to != answer->head, std::move(settled->entries),
                             answer->page.to.seq, full_pull && full_pull->has_value()});
}

void Worker::pulled_all(ExchangeId exchange, std::expected<SnapshotPage, Failure> answer) {
  if (!is_current(exchange)) return;
  const bool foreign = answer && answer->exchange != current_.id;
  if (foreign && !planted(Bug::loses_its_place_in_a_full_pull))
    answer = std::unexpected(other_exchange());
  if (!answer) return fail(exchange, answer.error());
  auto settled = store_.absorb_snapshot(*answer, clock_().wall);
  if (!settled) return store_trouble(exchange, settled.error());
  if (!settled->page_absorbed) return fail(exchange, other_exchange());
  const bool done = !answer->next;
  log_(LogLevel::info, "full-pull",
       {{"exchange", current_.id},
        {"rows", answer->rows.size()},
        {"at", answer->at.seq},
        {"done", done}});
  end();
  handle(event::PullAnswered{exchange, done && answer->at != answer->head,
                             std::move(settled->entries), done ? answer->at.seq : 0, !done});
}

// A page that comes by the stream is an answer that nobody asked for. It counts as one only while
// no exchange is in flight, so that nothing can have moved between the two; else, and where it does
// not begin at the cursor, it is a poke like any other.
void Worker::heard(StreamId stream, Poke poke) {
  if (stream != stream_) return;
  auto cursor = store_.cursor();
  if (!cursor || !*cursor) return;  // the store has failed; its reopening begins anew
  event::Poked event{stream, poke.head, **cursor, {}};
  if (poke.page && planted(Bug::takes_any_poke_for_the_next)) poke.page->from = **cursor;
  if (poke.page && current_.exchange == 0 && poke.page->from == **cursor) {
    auto settled = store_.absorb_streamed(std::move(poke), clock_().wall);
    if (settled && settled->page_absorbed) {
      log_(LogLevel::info, "poked", {{"to", event.head.seq}});
      event.cursor = event.head;
      tidy();
      event.settled = std::move(settled->entries);
    } else if (!settled) {
      log_(LogLevel::error, "store",
           {{"error", settled.error().type}, {"message", settled.error().message}});
      if (store_.failed()) return handle(event::StoreFailed{});
    }
  }
  handle(std::move(event));
}

void Worker::stream_ended(StreamId stream, const Failure& failure) {
  if (stream != stream_) return;
  stream_ = 0;
  log_(LogLevel::info, "stream", describe(failure));
  handle(event::StreamEnded{stream, failure.means, failure.retry_after, failure.return_within,
                            failure.message});
}

void Worker::compared(ExchangeId exchange, std::expected<HistoryAnswer, Failure> answer) {
  if (!is_current(exchange)) return;
  if (answer && answer->exchange != current_.id) answer = std::unexpected(other_exchange());
  if (!answer) return fail(exchange, answer.error());
  const auto done = store_.absorb_history(*answer, clock_().wall);
  if (!done && done.error().type == "garbled-history") return fail(exchange, other_exchange());
  if (!done && done.error().type == "other-cloud") return fail(exchange, other_cloud(done.error()));
  if (!done) return store_trouble(exchange, done.error());
  if (*done) log_(LogLevel::warning, "history-changed", {{"head", answer->head.seq}});
  end();
  const auto full_pull = store_.full_pull();  // none where the past is what it was
  handle(event::HistoryCompared{exchange, *done, full_pull && full_pull->has_value()});
}

void Worker::fail(ExchangeId exchange, const Failure& failure, store::FailedPush push) {
  log_(LogLevel::warning, "failed", describe(failure));
  if (failure.means == FailureClass::horizon_passed) {
    if (auto begun = store_.begin_full_pull(clock_().wall); !begun)
      return store_trouble(exchange, begun.error());
  }
  end();
  handle(event::ExchangeFailed{exchange, failure.means, failure.message, failure.retry_after,
                               std::move(push.entries), push.units});
}

// A database that is locked, full or read-only can still be read: it is a matter of waiting, like a
// busy cloud. One whose disk failed has been closed, and is opened anew.
void Worker::store_trouble(ExchangeId exchange, const Error& error) {
  if (store_.stands_by()) {
    log_(LogLevel::warning, "lease", {{"error", error.type}, {"message", error.message}});
    end();
    return note_standby();
  }
  log_(LogLevel::error, "store", {{"error", error.type}, {"message", error.message}});
  if (store_.failed()) {
    end();
    return handle(event::StoreFailed{});
  }
  fail(exchange, {FailureClass::busy, error.message + ". " + error.hint, 0, std::nullopt});
}

}  // namespace slipway
