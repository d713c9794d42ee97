// A file on a simulated disk, with the locks and the shared memory of its open handles. Private to
// the disk's .cpp files.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "disk.h"

namespace slipway::sim {

// The WAL's index. It goes with the last program that holds it; a dead one may still write to its
// own.
using SharedMemory = std::vector<std::unique_ptr<char[]>>;

struct DiskFile {
  std::string bytes;          // as programs see them
  std::string durable;        // as a power loss leaves them
  bool name_durable = false;  // the folder's entry has been synced
  bool is_temporary = false;  // nobody misses it after a power loss
  std::vector<Handle*> handles;
  std::shared_ptr<SharedMemory> memory;
};

// What SQLite calls a file: its own head first, then ours.
struct Handle {
  sqlite3_file head;
  Disk* disk;
  Program program;
  std::uint64_t era;
  std::string name;  // empty: temporary
  std::shared_ptr<DiskFile> file;
  bool remove_on_close = false;
  int lock = SQLITE_LOCK_NONE;
  std::uint32_t shared_locks = 0;     // of the shared memory, one bit each
  std::uint32_t exclusive_locks = 0;  // likewise
  std::shared_ptr<SharedMemory> memory;
};

// The VFS: SQLite's functions, as friends of the disk.
struct DiskCalls {
  struct Owner {
    Disk* disk;
    Program program;
  };
  static std::unique_ptr<sqlite3_vfs> make(Owner* owner, const char* name);

  static int open(sqlite3_vfs*, const char* name, sqlite3_file*, int flags, int* flags_out);
  static int remove(sqlite3_vfs*, const char* name, int durably);
  static int access(sqlite3_vfs*, const char* name, int flags, int* result);
  static int full_path(sqlite3_vfs*, const char* name, int size, char* result);
  static int close(sqlite3_file*);
  static int read(sqlite3_file*, void* into, int amount, sqlite3_int64 offset);
  static int write(sqlite3_file*, const void* from, int amount, sqlite3_int64 offset);
  static int truncate(sqlite3_file*, sqlite3_int64 size);
  static int sync(sqlite3_file*, int flags);
  static int size(sqlite3_file*, sqlite3_int64* result);
  static int lock(sqlite3_file*, int level);
  static int unlock(sqlite3_file*, int level);
  static int is_reserved(sqlite3_file*, int* result);
  static int control(sqlite3_file*, int operation, void* argument);
  static int map_memory(sqlite3_file*, int region, int size, int extend, void volatile** result);
  static int lock_memory(sqlite3_file*, int first, int count, int flags);
  static int unmap_memory(sqlite3_file*, int remove);

 private:
  // An error code if this call of the handle's program fails as a whole.
  static int meet(Handle& handle, Call call, int io_code);
  template <class Condition>
  static bool another(const Handle& handle, Condition condition);
};

}  // namespace slipway::sim
