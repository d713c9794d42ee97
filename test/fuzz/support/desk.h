// A device for one input: an app's database of every kind of column and reference, fresh each time,
// the store on it, and the laws that hold after each step, read without the store's code.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "fuzz.h"
#include "store/store.h"

namespace slipway::fuzz {

class Desk {
 public:
  Desk();
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  store::Store& store() { return *store_; }
  sqlite::Database& raw() { return *raw_; }
  WallTime now() { return {1764000000000 + ++ticks_}; }
  void meet_cloud();
  Version cursor();

  // view = shadow + open entries; ids are those of their bodies, for ever; an accepted entry is
  // there; references lead somewhere; counts are true.
  void check_laws();

 private:
  void check_entries();
  void check_view();

  std::unique_ptr<sqlite::Database> raw_;
  std::unique_ptr<store::Store> store_;
  std::int64_t ticks_ = 0;
  std::map<EntryId, std::string> ids_;  // of all entries that were ever seen
};

// An error that only we can cause: a failed statement, a disk that is none.
void demand_no_fault(const Error& error, std::string_view doing);

}  // namespace slipway::fuzz
