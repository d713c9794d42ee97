// What each write meant, recorded when it was captured and from what the person could see then: the
// screen (the app's tables), how far the desk had read the cloud's log (its cursor), and the open
// writes before it. Never from the product's base or base versions, which are what is on trial.
// (Only of an undo, which stands on an old entry on purpose, is the body believed.) When is told in
// the oracle's own ticks (past.h).
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "device.h"
#include "past.h"
#include "rules.h"

namespace slipway::sim {

// One field, as an entry's writer found it.
struct FieldSeen {
  json::value value;       // on the screen, before
  std::int64_t knew = -1;  // the tick up to which the field was known; -1: nothing
};

// Of which receipts the file had been told by then: of all of this desk's, later than `after` and
// up to `up_to`, in ticks.
struct Heard {
  std::size_t desk = 0;
  std::int64_t after = -1, up_to = -1;
};

struct Meaning {
  std::string id;
  Body body;
  Branch file{0};  // in which it was captured, as this entry
  EntryId entry = 0;
  Heard heard;
  std::int64_t knew = -1;  // of the row as a whole
  bool had_known = false;  // that there had been such a row, perhaps in a past that is gone
  std::map<std::string, FieldSeen, std::less<>> fields;  // all of the row's
  bool is_undo = false;

  FieldSeen seen(std::string_view field) const;
};

// Since when something of the cloud's is as it is, and when it was not so, until a restore brought
// it back: later than one tick and before another. To whoever saw it then it has changed.
struct Since {
  std::int64_t tick = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> brought_back;

  bool changed_since(std::int64_t knew) const {
    return tick > knew || std::ranges::any_of(brought_back, [&](const auto& restore) {
             return restore.first < knew && knew < restore.second;
           });
  }
};

// The cloud's row after a commit, by the oracle's own replay.
struct LineageRow {
  struct Field {
    std::string by;  // the write that made the value; "": nobody's, carried over
    Since since;
    std::set<std::string> contains;  // all writes that are in the value
  };
  bool live = false;
  json::object values;     // of a dead row the last ones
  Since since;             // the newest image
  std::int64_t image = 0;  // the newest image's commit, as the cloud counts
  std::int64_t born = 0;
  std::string made_by, deleted_by;
  std::map<std::string, Field, std::less<>> fields;
  std::set<std::string> homes;  // writes into this life, and those that found it equal
};

// What became of a field when an entry took effect. Merged: it met somebody else's value.
struct Effect {
  json::value before, after;
  bool merged = false;
};
using Effects = std::map<std::string, Effect, std::less<>>;  // by field

bool same_words(const Body& a, const Body& b);

class Meanings {
 public:
  using RowAt = std::function<const LineageRow*(const EntityKey&, std::int64_t tick)>;
  Meanings(Run& run, const Past& past, RowAt row_at)
      : run_(run), past_(past), row_at_(std::move(row_at)) {}

  // The desk is about to append entries: by a write (nothing) or a decision.
  void about_to_append(Device& device, const store::Wish* wish);
  void appended(Device& device, const store::Entry& entry);
  const Meaning* find(const std::string& id) const;
  // By then the cloud had forgotten the row's end: who asks is told no last values.
  std::function<bool(const EntityKey&, std::int64_t tick)> is_forgotten;
  // What came of an update, each time that it took effect; null: it never did.
  std::function<const std::vector<Effects>*(const std::string& id)> outcomes_of;
  // The entries whose place it took, the newest first.
  std::vector<const Meaning*> chain_of(const Meaning& meaning) const;

 private:
  struct Decision {
    store::Wish wish;
    EntityKey entity;  // of the entry that was named
    std::string id, status;
    std::map<std::string, std::int64_t> shown;  // what old entries' conflicts show: ticks
    std::set<std::string> effective;  // whose conflict says that one of its chain took effect
  };

  // What a person had before them; of an entry that was found after a crash, what it was then.
  struct Before {
    std::map<EntityKey, json::object> screen;
    std::optional<Decision> decision;
    template <class OneWish>
    bool decides_by() const {
      return decision && std::holds_alternative<OneWish>(decision->wish);
    }
  };

  Meaning plain(Device& device, const Before& before, const store::Entry& entry);
  Meaning undone(const store::Entry& entry) const;
  void check_undo(Device& device, const Before& before, const store::Entry& entry) const;
  Meaning successor(Device& device, const Before& before, const store::Entry& entry,
                    const Meaning& old);
  Meaning retried(const Device& device, const store::Entry& entry, const Meaning& old,
                  const LineageRow* row, std::int64_t tick);
  Meaning decided_anew(Device& device, const Before& before, const store::Entry& entry,
                       const Meaning& old, const LineageRow& row, std::int64_t tick, bool forced);
  std::int64_t known_of(Device& device, const EntityKey& entity) const;
  std::optional<std::int64_t> seen_of(const Before& before, const Meaning& old) const;
  std::vector<const Meaning*> open_before(Device& device, const store::Entry& entry) const;

  Run& run_;
  const Past& past_;
  RowAt row_at_;
  std::map<std::string, Meaning> meanings_;  // by clientRequestId
  std::map<std::size_t, Before> before_;     // by the desk's index
};

}  // namespace slipway::sim
