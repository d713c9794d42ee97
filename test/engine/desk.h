// A desk around an engine: what its store must know, and what is still owed, as far as the events
// tell. It can be answered well, one event at a time, by a cloud and a store in good order.
#pragma once

#include <optional>
#include <set>

#include "engine/watched_engine.h"

namespace slipway {

class Desk {
 public:
  Desk(std::uint64_t seed, bool has_stream) : engine_(seed, has_stream) {}

  Actions step(const Event& event, Duration later = Duration(0));
  void be_answered_well();
  void hear_no_stream() { deaf_ = true; }  // streams are opened, and say nothing

  const WatchedEngine& watched() const { return engine_; }
  const Engine& engine() const { return engine_.engine(); }
  Instant now() const { return now_; }
  bool reopens() const { return reopens_; }  // the store is just being opened again

  // Online, all that can be sent is sent, and what the cloud has is here.
  bool has_drained() const;
  // Entries that wait by themselves, and have not been offered since.
  bool has_sleepers() const { return !sleepers_.empty(); }

  // What the store says when it is opened again, or taken over from another service.
  event::StoreReopened reopened() const { return {cursor_known_, engine_.full_pull()}; }
  event::Standby taken_over() const { return {false, cursor_known_, engine_.full_pull()}; }

 private:
  template <class E>
  void note(const E&) {}
  void note(const event::Started& e);
  void note(const event::WorkAppeared& e);
  void note(const event::WaitCleared& e);
  void note(const event::SyncRequested& e);
  void note(const event::ProbeAnswered& e);
  void note(const event::PushAnswered& e);
  void note(const event::PullAnswered& e);
  void note(const event::NothingToPush& e);
  void note(const event::ExchangeFailed& e);
  void note(const event::HistoryCompared& e);
  void note(const event::CloudJoined& e);
  void note(const event::Standby& e);
  void note(const event::StoreReopened& e);
  void note(const event::Poked& e);
  void note(const event::StreamEnded& e);
  void note(const Action& action);
  void settle(const std::vector<EntryId>& entries);
  Event good_answer();

  WatchedEngine engine_;
  Instant now_{};
  bool cursor_known_ = false;
  bool unsent_ = false;   // the store may hold entries that are ready
  bool unheard_ = false;  // the cloud may have something new, or it is to be found out what it says
  std::set<EntryId> sleepers_;
  std::int64_t head_ = 0;  // the newest commit heard of during this exchange
  bool reopens_ = false;
  bool deaf_ = false;
  bool greets_ = false;  // a stream was opened and has said nothing yet
};

}  // namespace slipway
