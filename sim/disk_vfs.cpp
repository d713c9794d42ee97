// SQLite's VFS over the simulated disk. Temporary files count as calls and can fail, but no power
// loss needs them.
#include <algorithm>
#include <cstring>
#include <new>

#include "disk_file.h"

namespace slipway::sim {

namespace {

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}

const DiskCalls::Owner& owner_of(sqlite3_vfs* vfs) {
  return *static_cast<const DiskCalls::Owner*>(vfs->pAppData);
}

int sector_size(sqlite3_file*) {
  return 4096;
}
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
void memory_barrier(sqlite3_file*) {}

int randomness(sqlite3_vfs*, int amount, char* into) {
  std::memset(into, 7, std::size_t(amount));
  return amount;
}
int sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;  // virtual time does not pass inside a call
}
int current_time(sqlite3_vfs*, sqlite3_int64* julian_ms) {
  *julian_ms = 212'000'000'000'000;
  return SQLITE_OK;
}
int current_days(sqlite3_vfs*, double* julian_days) {
  *julian_days = 2'453'703.7;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = DiskCalls::close,
    .xRead = DiskCalls::read,
    .xWrite = DiskCalls::write,
    .xTruncate = DiskCalls::truncate,
    .xSync = DiskCalls::sync,
    .xFileSize = DiskCalls::size,
    .xLock = DiskCalls::lock,
    .xUnlock = DiskCalls::unlock,
    .xCheckReservedLock = DiskCalls::is_reserved,
    .xFileControl = DiskCalls::control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = DiskCalls::map_memory,
    .xShmLock = DiskCalls::lock_memory,
    .xShmBarrier = memory_barrier,
    .xShmUnmap = DiskCalls::unmap_memory,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace

std::unique_ptr<sqlite3_vfs> DiskCalls::make(Owner* owner, const char* name) {
  auto vfs = std::make_unique<sqlite3_vfs>();
  vfs->iVersion = 2;
  vfs->szOsFile = sizeof(Handle);
  vfs->mxPathname = 255;
  vfs->zName = name;
  vfs->pAppData = owner;
  vfs->xOpen = open;
  vfs->xDelete = remove;
  vfs->xAccess = access;
  vfs->xFullPathname = full_path;
  vfs->xRandomness = randomness;
  vfs->xSleep = sleep;
  vfs->xCurrentTime = current_days;
  vfs->xGetLastError = last_error;
  vfs->xCurrentTimeInt64 = current_time;
  return vfs;
}

int DiskCalls::meet(Handle& handle, Call call, int io_code) {
  if (handle.program != Program::process) return SQLITE_OK;
  if (!handle.disk->is_live(handle)) return io_code;
  const auto fault = handle.disk->meet(call);
  if (!fault) return SQLITE_OK;
  if (*fault == DiskFault::busy) return SQLITE_BUSY;
  return *fault == DiskFault::full || *fault == DiskFault::short_write ? SQLITE_FULL : io_code;
}

int DiskCalls::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* head, int flags,
                    int* flags_out) {
  head->pMethods = nullptr;  // until it is open, there is nothing to close
  const Owner& owner = owner_of(vfs);
  Disk& disk = *owner.disk;
  const bool counts = owner.program == Program::process;
  if (counts && (disk.dead_ || disk.meet(Call::open))) return SQLITE_CANTOPEN;
  auto file = name ? disk.find(name) : nullptr;
  if (!file && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
  if (!file && name && owner.program != Program::oracle) file = disk.create(name);
  if (!file) {
    file = std::make_shared<DiskFile>();
    file->is_temporary = true;
  }
  auto* handle = new (head) Handle;
  handle->head.pMethods = &methods;
  handle->disk = &disk;
  handle->program = owner.program;
  handle->era = disk.era_;
  handle->name = name ? name : "";
  handle->file = std::move(file);
  handle->remove_on_close = name && (flags & SQLITE_OPEN_DELETEONCLOSE);
  handle->file->handles.push_back(handle);
  if (flags_out) *flags_out = flags;
  return SQLITE_OK;
}

int DiskCalls::close(sqlite3_file* head) {
  Handle& handle = handle_of(head);
  std::erase(handle.file->handles, &handle);
  unmap_memory(head, 0);
  if (handle.remove_on_close && handle.disk->is_live(handle)) {
    handle.disk->remove(handle.name, true);
  }
  handle.~Handle();
  return SQLITE_OK;
}

int DiskCalls::remove(sqlite3_vfs* vfs, const char* name, int durably) {
  const Owner& owner = owner_of(vfs);
  if (owner.program == Program::oracle) return SQLITE_OK;
  if (owner.program == Program::process) {
    if (owner.disk->dead_) return SQLITE_IOERR_DELETE;
    const auto fault = owner.disk->meet(Call::remove);
    if (fault == DiskFault::crash) owner.disk->remove(name, false);
    if (fault) return SQLITE_IOERR_DELETE;
  }
  if (!owner.disk->find(name)) return SQLITE_IOERR_DELETE_NOENT;
  owner.disk->remove(name, durably);
  return SQLITE_OK;
}

int DiskCalls::access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  const Owner& owner = owner_of(vfs);
  if (owner.program == Program::process) {
    if (owner.disk->dead_ || owner.disk->meet(Call::exists)) return SQLITE_IOERR_ACCESS;
  }
  const auto file = owner.disk->find(name);
  *result = file && (flags != SQLITE_ACCESS_EXISTS || !file->bytes.empty());
  return SQLITE_OK;
}

int DiskCalls::full_path(sqlite3_vfs*, const char* name, int size, char* result) {
  if (std::strlen(name) >= std::size_t(size)) return SQLITE_CANTOPEN;
  std::strcpy(result, name);
  return SQLITE_OK;
}

int DiskCalls::read(sqlite3_file* head, void* into, int amount, sqlite3_int64 offset) {
  Handle& handle = handle_of(head);
  if (const int code = meet(handle, Call::read, SQLITE_IOERR_READ)) return code;
  const std::string& bytes = handle.file->bytes;
  const auto wanted = std::size_t(amount), from = std::size_t(offset);
  const std::size_t there = from >= bytes.size() ? 0 : std::min(wanted, bytes.size() - from);
  if (there > 0) std::memcpy(into, bytes.data() + from, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int DiskCalls::write(sqlite3_file* head, const void* from, int amount, sqlite3_int64 offset) {
  Handle& handle = handle_of(head);
  Disk& disk = *handle.disk;
  std::string bytes(static_cast<const char*>(from), std::size_t(amount));
  if (handle.program == Program::process) {
    if (!disk.is_live(handle)) return SQLITE_IOERR_WRITE;
    const auto fault = disk.meet(Call::write);
    if (fault == DiskFault::short_write) bytes.resize(bytes.size() / 2);
    if (fault == DiskFault::crash || fault == DiskFault::short_write) {
      disk.change({handle.file, std::uint64_t(offset), std::move(bytes)});
    }
    if (fault) {
      return fault == DiskFault::crash || fault == DiskFault::io_error ? SQLITE_IOERR_WRITE
                                                                       : SQLITE_FULL;
    }
  }
  if (handle.program == Program::oracle) return SQLITE_IOERR_WRITE;
  disk.change({handle.file, std::uint64_t(offset), std::move(bytes)});
  return SQLITE_OK;
}

int DiskCalls::truncate(sqlite3_file* head, sqlite3_int64 size) {
  Handle& handle = handle_of(head);
  const bool was_live = handle.disk->is_live(handle);
  const int code = meet(handle, Call::truncate, SQLITE_IOERR_TRUNCATE);
  const bool crashed = code && was_live && !handle.disk->is_live(handle);
  if (!code || crashed) handle.disk->change({handle.file, std::uint64_t(size), "", true});
  return code;
}

int DiskCalls::sync(sqlite3_file* head, int) {
  Handle& handle = handle_of(head);
  const int code = meet(handle, Call::sync, SQLITE_IOERR_FSYNC);
  if (code && handle.disk->is_live(handle)) handle.disk->fail_sync(handle.file);
  if (!code) handle.disk->sync(handle.file);
  return code;
}

int DiskCalls::size(sqlite3_file* head, sqlite3_int64* result) {
  Handle& handle = handle_of(head);
  if (const int code = meet(handle, Call::size, SQLITE_IOERR_FSTAT)) return code;
  *result = sqlite3_int64(handle.file->bytes.size());
  return SQLITE_OK;
}

template <class Condition>
bool DiskCalls::another(const Handle& handle, Condition condition) {
  return std::any_of(handle.file->handles.begin(), handle.file->handles.end(),
                     [&](const Handle* other) {
                       return other != &handle && other->program != Program::oracle &&
                              handle.disk->is_live(*other) && condition(*other);
                     });
}

int DiskCalls::lock(sqlite3_file* head, int level) {
  Handle& handle = handle_of(head);
  if (handle.program == Program::oracle) {
    return level == SQLITE_LOCK_SHARED ? SQLITE_OK : SQLITE_BUSY;
  }
  if (const int code = meet(handle, Call::lock, SQLITE_IOERR_LOCK)) return code;
  if (handle.lock >= level) return SQLITE_OK;
  const auto taken = [&](int least) {
    return another(handle, [&](const Handle& other) { return other.lock >= least; });
  };
  if (level == SQLITE_LOCK_SHARED && taken(SQLITE_LOCK_PENDING)) return SQLITE_BUSY;
  if (level > SQLITE_LOCK_SHARED && taken(SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
  if (level == SQLITE_LOCK_EXCLUSIVE && taken(SQLITE_LOCK_SHARED)) {
    handle.lock = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  handle.lock = level;
  return SQLITE_OK;
}

int DiskCalls::unlock(sqlite3_file* head, int level) {
  Handle& handle = handle_of(head);
  handle.lock = std::min(handle.lock, level);
  return SQLITE_OK;
}

int DiskCalls::is_reserved(sqlite3_file* head, int* result) {
  Handle& handle = handle_of(head);
  if (const int code = meet(handle, Call::lock, SQLITE_IOERR_CHECKRESERVEDLOCK)) return code;
  *result = another(handle, [](const Handle& other) { return other.lock >= SQLITE_LOCK_RESERVED; });
  return SQLITE_OK;
}

int DiskCalls::control(sqlite3_file* head, int operation, void* argument) {
  const Handle& handle = handle_of(head);
  if (operation != SQLITE_FCNTL_HAS_MOVED) return SQLITE_NOTFOUND;
  *static_cast<int*>(argument) = handle.disk->find(handle.name) != handle.file;
  return SQLITE_OK;
}

int DiskCalls::map_memory(sqlite3_file* head, int region, int size, int extend,
                          void volatile** result) {
  *result = nullptr;
  Handle& handle = handle_of(head);
  if (const int code = meet(handle, Call::shared_memory, SQLITE_IOERR_SHMMAP)) return code;
  if (!handle.memory) {
    auto& shared = handle.file->memory;
    if (!shared && handle.program != Program::oracle) {
      shared = std::make_shared<SharedMemory>();
      ++handle.disk->generation_;
    }
    handle.memory = shared ? shared : std::make_shared<SharedMemory>();
  }
  SharedMemory& memory = *handle.memory;
  while (extend && memory.size() <= std::size_t(region)) {
    memory.push_back(std::make_unique<char[]>(std::size_t(size)));
  }
  if (std::size_t(region) < memory.size()) *result = memory[std::size_t(region)].get();
  return SQLITE_OK;
}

int DiskCalls::lock_memory(sqlite3_file* head, int first, int count, int flags) {
  Handle& handle = handle_of(head);
  if (handle.program == Program::oracle) return SQLITE_OK;
  const std::uint32_t mask = ((1u << count) - 1) << first;
  if (flags & SQLITE_SHM_UNLOCK) {
    handle.shared_locks &= ~mask;
    handle.exclusive_locks &= ~mask;
    return SQLITE_OK;
  }
  if (const int code = meet(handle, Call::shared_memory, SQLITE_IOERR_SHMLOCK)) return code;
  const bool taken = another(handle, [&](const Handle& other) {
    const std::uint32_t theirs = flags & SQLITE_SHM_SHARED
                                     ? other.exclusive_locks
                                     : other.exclusive_locks | other.shared_locks;
    return (theirs & mask) != 0;
  });
  if (taken) return SQLITE_BUSY;
  (flags & SQLITE_SHM_SHARED ? handle.shared_locks : handle.exclusive_locks) |= mask;
  return SQLITE_OK;
}

int DiskCalls::unmap_memory(sqlite3_file* head, int) {
  Handle& handle = handle_of(head);
  handle.shared_locks = handle.exclusive_locks = 0;
  if (!handle.memory) return SQLITE_OK;
  handle.memory.reset();
  handle.disk->let_go_of_memory(*handle.file);
  return SQLITE_OK;
}

}  // namespace slipway::sim
