// The disk of one simulated machine, in memory, and SQLite's way to it: a VFS of its own.
//
// The model: a file is the bytes that programs see and the bytes that a power loss leaves; between
// them stand the writes since the file's last sync. A power loss drops, keeps, tears (at sectors)
// or reorders these. Every call of the process is counted, can fail, and can be the last one: then
// it and all later calls fail, until restart(). Shared memory and locks live as long as handles do.
//
// Three kinds of programs see the files, each through a VFS name of its own: the process whose
// death is simulated; a neighbour, whose locks the process meets; the oracle, which reads what the
// process would, writes nothing and meets nobody's lock. A handle must not outlive its Disk. One
// thread.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sqlite/sqlite.h"

namespace slipway::sim {

// What a power loss makes of the writes that no sync has covered.
enum class Damage { dropped, kept, torn, reordered };
inline constexpr Damage all_damages[] = {Damage::dropped, Damage::kept, Damage::torn,
                                         Damage::reordered};
std::string_view to_text(Damage damage);

enum class Call { open, read, write, truncate, sync, size, remove, exists, lock, shared_memory };

// What a call of the process meets.
enum class DiskFault {
  crash,        // any call: the process is gone; a write may have been on its way
  io_error,     // any call; a sync that fails may have lost what it should have kept
  full,         // what would need more space: SQLITE_FULL
  short_write,  // a part of a write, then SQLITE_FULL
  busy,         // locks: SQLITE_BUSY
};
std::string_view to_text(DiskFault fault);
bool meets(DiskFault fault, Call call);

// From the `at`-th call from now on (the next is 1), the first that can meet the fault.
struct Mishap {
  DiskFault fault;
  std::uint64_t at = 1;
  bool for_good = false;  // else once
};

enum class Program { process, neighbour, oracle };

struct DiskFile;
struct Handle;
using DiskImage = std::map<std::string, std::string>;  // synced files by name

class Disk {
 public:
  explicit Disk(const DiskImage& image = {});
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  std::string vfs(Program program) const;  // for sqlite::Database

  // Changes when the oracle must open its connections anew: the shared memory came or went.
  std::uint64_t generation() const { return generation_; }

  // Changes whenever what programs see of the files does.
  std::uint64_t changes() const { return changes_; }

  std::uint64_t calls() const { return calls_; }  // of the process, ever
  void plan(const Mishap& mishap);
  void repair() { mishap_.reset(), met_at_ = 0; }
  // Whether a planned mishap has happened, and at which call first, since the last plan.
  bool met() const { return met_at_ != 0; }
  std::uint64_t met_at() const { return met_at_; }
  bool is_troubled() const { return mishap_.has_value() || met() || dead_; }

  void kill();                                     // the process ends; what it wrote survives
  void lose_power(Damage damage, Random& random);  // and what was not synced is damaged
  bool is_dead() const { return dead_; }
  void restart();  // a new process; the old one's handles stay dead

  // True: a power loss now would leave exactly what programs see.
  bool is_synced() const { return unsynced_.empty() && removed_.empty(); }
  void replace(const DiskImage& image);  // other files, all synced, in the place of what is there
  // What a power loss that drops all it may would leave.
  DiskImage durable() const;
  DiskImage image() const;  // what programs see

 private:
  friend struct DiskCalls;  // the VFS

  struct Change {
    std::shared_ptr<DiskFile> file;
    std::uint64_t offset;
    std::string bytes;
    bool truncates = false;
    bool lost = false;  // a sync that failed has forgotten it; programs still see it
  };
  struct Planned {
    Mishap mishap;
    std::uint64_t at_call;
  };

  std::optional<DiskFault> meet(Call call);
  void change(Change change);
  void forget_changes(const std::shared_ptr<DiskFile>& file);
  void sync(const std::shared_ptr<DiskFile>& file);
  void fail_sync(const std::shared_ptr<DiskFile>& file);
  void remove(const std::string& name, bool durably);
  std::shared_ptr<DiskFile> find(const std::string& name) const;
  std::shared_ptr<DiskFile> create(const std::string& name);
  bool is_live(const Handle& handle) const;
  void let_go_of_memory(DiskFile& file);
  void settle(Damage damage, Random& random);

  struct Registered;
  std::vector<std::unique_ptr<Registered>> registered_;
  std::map<std::string, std::shared_ptr<DiskFile>> files_;
  std::map<std::string, std::shared_ptr<DiskFile>> removed_;  // a power loss may bring them back
  std::list<Change> unsynced_;                                // in the order of the calls
  std::uint64_t changes_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t era_ = 0;  // of the process; handles of an earlier one are dead
  std::uint64_t generation_ = 0;
  bool dead_ = false;
  std::uint64_t met_at_ = 0;  // 0: not yet
  std::optional<Planned> mishap_;
};

// The oracle's connection to a file, which follows the disk through crashes.
class Reader {
 public:
  Reader(Disk& disk, std::string file) : disk_(disk), file_(std::move(file)) {}
  sqlite::Database& get();

 private:
  Disk& disk_;
  std::string file_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<sqlite::Database> database_;
};

// What was read of a disk's files, until they change: they are asked far more often than they do.
template <class T>
class Remembered {
 public:
  template <class Read>
  const T& get(const Disk& disk, const Read& read) {
    if (!value_ || changes_ != disk.changes()) value_ = read();
    changes_ = disk.changes();
    return *value_;
  }

 private:
  std::optional<T> value_;
  std::uint64_t changes_ = 0;
};

}  // namespace slipway::sim
