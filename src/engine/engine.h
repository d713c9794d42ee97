// When to talk to the cloud, and about what: a function of events and time.
//
//   step(event, now) → actions.   Events are facts in the past tense, actions are imperatives.
//
// The engine sees ids and counts, never bodies; it reads no clock, opens no socket, knows no
// table. It promises: one exchange in flight at a time; none while paused or offline by the
// person's wish; a wait after every failure, growing until the same kind of exchange succeeds, and
// never shorter than Retry-After unless a person asks for more; push and pull take turns, so that
// neither can block the other; every wait ends by itself (next_wakeup), also when an answer never
// comes. Where the target has a stream of changes, one is kept open while online; it only speeds
// things up: what it says leads to a pull, and while it is silent the device polls. A device that
// has lost the cloud comes back by its stream, whose first word tells what a probe and a pull
// would; where none speaks in time, those two ask. Called by the worker only, on its thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "engine/limits.h"
#include "model/backoff.h"
#include "model/entry.h"
#include "model/failure.h"

namespace slipway {

using ExchangeId = std::uint64_t;  // counts the exchanges of this process
using StreamId = std::uint64_t;    // and its streams

enum class Connection {
  probing,  // asking whether the cloud is there
  online,
  busy,             // the cloud asked to wait
  offline,          // no trustworthy answer, or "simulate offline"
  signed_out,       // the token was refused; waits for another
  paused,           // by a person
  standby,          // another service works on this database
  upgrade_needed,   // the cloud speaks a newer protocol
  history_changed,  // the cloud's past has changed; looks for what is still common
  other_cloud,      // another cloud answers; a person must say what it is
};
std::string_view to_text(Connection connection);  // "signed-out"

namespace event {

struct Started {
  bool cursor_known;
  bool full_pull = false;  // one is under way
};
struct WorkAppeared {};  // an entry or a void became ready to be sent
struct TimePassed {};    // next_wakeup() was reached
struct ProbeAnswered {
  ExchangeId exchange;
  bool full_pull = false;  // the cloud was met for the first time: everything is to be pulled
};
struct PushAnswered {  // the answer has been absorbed by the store
  ExchangeId exchange;
  bool page_absorbed;              // false: verdicts only, the page must be pulled
  bool more;                       // commits remain beyond the cursor
  std::vector<EntryId> unsettled;  // sent, and still open without a reason to wait for the feed
  std::vector<EntryId> settled;    // settled, parked or closed by this answer
  std::int64_t cursor = 0;         // the seq of the last commit that was absorbed
};
struct PullAnswered {
  ExchangeId exchange;
  bool more;
  std::vector<EntryId> settled;
  std::int64_t cursor = 0;
  bool full_pull = false;  // it is not through
};
struct Poked {  // the stream told of a head
  StreamId stream;
  Version head;
  Version cursor;                     // after the page that came with it, if that was absorbed
  std::vector<EntryId> settled = {};  // by that page
};
struct StreamEnded {
  StreamId stream;
  FailureClass means;
  std::optional<Duration> retry_after = {};
  std::optional<Duration> return_within = {};  // the cloud's word on a stream that it had opened
  std::string message = {};
};
struct NothingToPush {
  ExchangeId exchange;
};                       // Push found no ready entry
struct ExchangeFailed {  // any exchange; the store has put its entries back
  ExchangeId exchange;
  FailureClass means;
  std::string message;
  std::optional<Duration> retry_after;
  std::vector<EntryId> entries;  // of a push
  std::size_t units = 0;         // entries and groups in it: what could be halved
};
struct HistoryCompared {  // the store has taken the answer
  ExchangeId exchange;
  bool done;               // the common commit is found, and the store goes on from there
  bool full_pull = false;  // everything is to be pulled; not where the past is what it was
};
struct Standby {  // the lease was lost or taken over
  bool on;
  bool cursor_known;
  bool full_pull = false;
};
struct CloudJoined {  // a person accepted the other cloud, and the store follows it
  bool full_pull = false;
};
struct NetworkChanged {
  bool up;
};  // a hint, never proof
struct OfflineSimulated {
  bool on;
};
struct Paused {
  bool on;
};
struct TokenChanged {};
struct SyncRequested {};  // a person pressed "sync now"
struct WaitCleared {
  EntryId entry;
};  // a person pressed "retry" on a waiting entry
struct PolicyChanged {
  Duration poll_interval;
  BackoffRule entry_backoff;
};
// Retry-After, heard before the store has kept what came of the exchange: it may fail at that.
struct AskedToWait {
  Duration retry_after;
};
struct StoreFailed {};
struct StoreReopened {
  bool cursor_known;
  bool full_pull = false;
};

}  // namespace event

using Event =
    std::variant<event::Started, event::WorkAppeared, event::TimePassed, event::ProbeAnswered,
                 event::PushAnswered, event::PullAnswered, event::Poked, event::StreamEnded,
                 event::NothingToPush, event::ExchangeFailed, event::HistoryCompared,
                 event::CloudJoined, event::Standby, event::NetworkChanged, event::OfflineSimulated,
                 event::Paused, event::TokenChanged, event::SyncRequested, event::WaitCleared,
                 event::PolicyChanged, event::AskedToWait, event::StoreFailed,
                 event::StoreReopened>;

namespace action {

struct Probe {
  ExchangeId exchange;
};  // ask for the capabilities; first contact learns the origin
struct Push {
  ExchangeId exchange;
  std::size_t units_max;
  std::set<EntryId> waiting;
};
struct Pull {
  ExchangeId exchange;
};
struct PullAll {  // the next page of a full pull
  ExchangeId exchange;
};
struct CompareHistory {
  ExchangeId exchange;
};  // ask which of the known commits the cloud still has
struct Cancel {
  ExchangeId exchange;
};  // its answer no longer counts
struct ShowWait {
  std::vector<EntryId> entries;
  Duration wait;         // for display: nextAttemptAt
  Duration failing_for;  // since the first failure in a row
};
struct OpenStream {
  StreamId stream;
};
struct CloseStream {
  StreamId stream;
};                   // what it says no longer counts
struct Announce {};  // connection, reason or liveness changed
struct ReopenStore {};

}  // namespace action

using Action =
    std::variant<action::Probe, action::Push, action::Pull, action::PullAll, action::CompareHistory,
                 action::Cancel, action::ShowWait, action::OpenStream, action::CloseStream,
                 action::Announce, action::ReopenStore>;
using Actions = std::vector<Action>;

class Engine {
 public:
  // `has_stream`: the target has a stream of changes.
  explicit Engine(Random random, bool has_stream = false)
      : random_(random), has_stream_(has_stream) {}

  Actions step(const Event& event, Instant now);

  // The next instant at which something is due. Nothing: only an event can move the engine.
  std::optional<Instant> next_wakeup() const;

  Connection connection() const;
  // Why an action that needs the cloud cannot be taken now, for people; nothing: the cloud answers.
  std::optional<std::string> away() const;
  std::string reason() const;  // for people; "" when online
  bool simulates_offline() const { return simulates_offline_; }
  bool is_paused() const { return paused_; }
  bool is_live() const { return stream_ && stream_->live; }  // changes are told as they happen
  bool stands_by() const { return standby_; }
  std::optional<Instant> retry_at() const;  // when a failed connection is tried again
  bool waits(EntryId entry) const { return waits_.contains(entry); }
  std::optional<Instant> wait_until(EntryId entry) const;
  bool alarms(EntryId entry,
              Instant now) const;  // it has failed for longer than a person should not know

 private:
  enum class Link { probing, online, busy, offline, signed_out, upgrade_needed, other_cloud };
  enum class Kind { probe, push, pull, history, listen };  // listen: for a stream's first word
  struct InFlight {
    ExchangeId exchange;  // 0: a stream stands for one
    Kind kind;
    Instant deadline;
  };
  struct Stream {
    StreamId id;
    bool live = false;  // it has said something
  };
  struct Wait {
    unsigned failures = 0;
    Instant until{};
    bool rings = false;  // until then it wakes us
    Instant since{};     // the first of the failures
  };

  void on(const event::Started& e, Instant now);
  void on(const event::WorkAppeared& e, Instant now);
  void on(const event::TimePassed& e, Instant now);
  void on(const event::ProbeAnswered& e, Instant now);
  void on(const event::PushAnswered& e, Instant now);
  void on(const event::PullAnswered& e, Instant now);
  void on(const event::Poked& e, Instant now);
  void on(const event::StreamEnded& e, Instant now);
  void on(const event::NothingToPush& e, Instant now);
  void on(const event::ExchangeFailed& e, Instant now);
  void on(const event::HistoryCompared& e, Instant now);
  void on(const event::CloudJoined& e, Instant now);
  void on(const event::Standby& e, Instant now);
  void on(const event::NetworkChanged& e, Instant now);
  void on(const event::OfflineSimulated& e, Instant now);
  void on(const event::Paused& e, Instant now);
  void on(const event::TokenChanged& e, Instant now);
  void on(const event::SyncRequested& e, Instant now);
  void on(const event::WaitCleared& e, Instant now);
  void on(const event::PolicyChanged& e, Instant now);
  void on(const event::AskedToWait& e, Instant now);
  void on(const event::StoreFailed& e, Instant now);
  void on(const event::StoreReopened& e, Instant now);

  // Ends the exchange in flight. Nothing: it is another one, whose answer counts for nothing.
  std::optional<Kind> end(ExchangeId exchange);
  void come_online(Instant now);
  void note_success(Kind kind);
  void failed(Kind kind);
  void charge(Kind kind, const event::ExchangeFailed& e, Instant now);
  void make_wait(const std::vector<EntryId>& entries, Instant now);
  BackoffRule after_loss(unsigned failures) const;  // where the cloud has not said when
  void back_off(Link link, std::string reason, Instant now);
  void past_changed(std::string reason, Instant now);
  void begin_full_pull(Kind kind, const event::ExchangeFailed& e, Instant now);
  void halt(Link link, std::string reason, Instant now);
  void drop_exchange();
  void drop_stream();
  void open_stream();
  bool may_stream() const;
  bool listens_first(Instant now) const;
  bool awaits_first_word() const { return in_flight_ && in_flight_->kind == Kind::listen; }
  void listen(Instant now);
  void stop_listening(Instant now);
  void not_heard(const event::StreamEnded& e, Instant now);
  Duration poll_interval() const;
  void try_again_soon(Instant now);
  Instant earliest() const { return std::max(not_before_, asked_to_wait_until_); }
  void advance(Instant now);  // starts the next exchange, if one is due and allowed
  void start(Kind kind, Instant now);

  Random random_;
  const bool has_stream_;
  Actions actions_;
  BackoffRule entry_backoff_ = slipway::entry_backoff;
  Duration poll_interval_ = limits::poll_interval;

  bool started_ = false;
  bool store_failed_ = false;
  bool cursor_known_ = false;
  bool paused_ = false;
  bool standby_ = false;
  bool simulates_offline_ = false;
  Link link_ = Link::probing;
  std::string link_reason_;
  std::optional<Link> halted_as_;   // by the last refusal, and no push or pull has passed since
  unsigned failures_ = 0;           // of the connection, in a row
  Kind failed_kind_ = Kind::probe;  // of the last of them
  Instant not_before_{};            // no exchange until then
  Instant asked_to_wait_until_{};   // nor until then: Retry-After
  Instant reopen_at_{};             // while the store has failed
  std::optional<InFlight> in_flight_;
  ExchangeId last_exchange_ = 0;
  bool work_ = false;       // the store may hold ready entries that no push has looked for
  bool more_ = false;       // commits remain beyond the cursor
  bool full_pull_ = false;  // until it is through nothing is sent: the cursor is not in order
  // Until the common commit is found nothing else is asked, and nothing is sent.
  bool past_changed_ = false;
  std::string past_reason_;
  std::optional<Instant> compared_at_;  // when it was last found
  bool pulled_last_ = false;            // push and pull take turns while both have work
  std::int64_t heard_ = 0;              // the newest commit heard of during this exchange
  Instant poll_at_{};
  std::optional<Stream> stream_;
  StreamId last_stream_ = 0;
  unsigned stream_failures_ = 0;  // in a row
  bool streams_speak_ = false;    // the last one did, or has not been waited for in vain
  Duration return_within_{0};     // as the cloud last told a stream
  Instant stream_not_before_{};
  std::size_t units_max_ = limits::push_entries_max;  // halved by failures of whole batches
  std::map<EntryId, Wait> waits_;                     // entries that back off by themselves
};

}  // namespace slipway
