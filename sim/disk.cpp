#include "disk.h"

#include <algorithm>

#include "base/check.h"
#include "disk_file.h"

namespace slipway::sim {

namespace {

constexpr std::uint64_t sector = 512;  // a disk writes a sector whole or not at all

void put(std::string& into, std::uint64_t offset, std::string_view bytes) {
  if (into.size() == offset) {
    into.append(bytes);  // most of a log's writes
    return;
  }
  if (into.size() < offset + bytes.size()) into.resize(offset + bytes.size());
  bytes.copy(into.data() + offset, bytes.size());
}

// The sectors of a write that reached the disk.
void put_torn(std::string& into, std::uint64_t offset, std::string_view bytes, Random& random) {
  while (!bytes.empty()) {
    const std::size_t part = std::min<std::size_t>(bytes.size(), sector - offset % sector);
    if (random.chance(1, 2)) put(into, offset, bytes.substr(0, part));
    bytes.remove_prefix(part);
    offset += part;
  }
}

}  // namespace

struct Disk::Registered {
  std::string name;
  DiskCalls::Owner owner;
  std::unique_ptr<sqlite3_vfs> vfs;
};

std::string_view to_text(Damage damage) {
  constexpr std::string_view names[] = {"dropped", "kept", "torn", "reordered"};
  return names[int(damage)];
}

std::string_view to_text(DiskFault fault) {
  constexpr std::string_view names[] = {"crash", "I/O error", "full", "short write", "busy"};
  return names[int(fault)];
}

bool meets(DiskFault fault, Call call) {
  switch (fault) {
    case DiskFault::crash:
    case DiskFault::io_error:
      return true;
    case DiskFault::full:
    case DiskFault::short_write:
      return call == Call::write;
    case DiskFault::busy:
      return call == Call::lock || call == Call::shared_memory;
  }
  return false;
}

Disk::Disk(const DiskImage& image) {
  static std::uint64_t disks = 0;
  const std::string number = std::to_string(++disks);
  for (const Program program : {Program::process, Program::neighbour, Program::oracle}) {
    auto one = std::make_unique<Registered>();
    one->name = "disk-" + number + "-" + std::to_string(int(program));
    one->owner = {this, program};
    one->vfs = DiskCalls::make(&one->owner, one->name.c_str());
    CHECK(sqlite3_vfs_register(one->vfs.get(), 0) == SQLITE_OK);
    registered_.push_back(std::move(one));
  }
  replace(image);
}

void Disk::replace(const DiskImage& image) {
  files_.clear();
  unsynced_.clear();
  removed_.clear();
  ++generation_, ++changes_;
  for (const auto& [name, bytes] : image) {
    const auto file = create(name);
    file->bytes = file->durable = bytes;
    file->name_durable = true;
  }
}

Disk::~Disk() {
  for (const auto& [name, file] : files_) CHECK(file->handles.empty());
  for (const auto& one : registered_) sqlite3_vfs_unregister(one->vfs.get());
}

std::string Disk::vfs(Program program) const {
  return registered_[std::size_t(program)]->name;
}

void Disk::plan(const Mishap& mishap) {
  mishap_ = {mishap, calls_ + mishap.at};
  met_at_ = 0;
}

std::optional<DiskFault> Disk::meet(Call call) {
  ++calls_;
  if (!mishap_ || calls_ < mishap_->at_call || !meets(mishap_->mishap.fault, call)) {
    return std::nullopt;
  }
  if (met_at_ == 0) met_at_ = calls_;
  const Mishap mishap = mishap_->mishap;
  if (!mishap.for_good) mishap_.reset();
  if (mishap.fault == DiskFault::crash) kill();
  return mishap.fault;
}

void Disk::change(Change change) {
  ++changes_;
  if (change.truncates)
    change.file->bytes.resize(change.offset);
  else
    put(change.file->bytes, change.offset, change.bytes);
  if (!change.file->is_temporary) unsynced_.push_back(std::move(change));
}

void Disk::forget_changes(const std::shared_ptr<DiskFile>& file) {
  std::erase_if(unsynced_, [&](const Change& change) { return change.file == file; });
}

void Disk::sync(const std::shared_ptr<DiskFile>& file) {
  for (auto change = unsynced_.begin(); change != unsynced_.end();) {
    if (change->file != file || change->lost) {
      ++change;
      continue;
    }
    if (change->truncates)
      file->durable.resize(change->offset);
    else
      put(file->durable, change->offset, change->bytes);
    change = unsynced_.erase(change);
  }
  file->name_durable = true;
  for (auto removed = removed_.begin(); removed != removed_.end();) {
    const bool replaced = find(removed->first) == file;
    if (replaced) forget_changes(removed->second);
    removed = replaced ? removed_.erase(removed) : std::next(removed);
  }
}

// As Linux does it: programs go on seeing the bytes, but no later sync writes them.
void Disk::fail_sync(const std::shared_ptr<DiskFile>& file) {
  for (Change& change : unsynced_) {
    if (change.file == file) change.lost = true;
  }
}

void Disk::remove(const std::string& name, bool durably) {
  const auto found = files_.find(name);
  if (found == files_.end()) return;
  ++changes_;
  if (found->second->name_durable && !durably)
    removed_.emplace(name, found->second);
  else
    forget_changes(found->second);
  files_.erase(found);
}

std::shared_ptr<DiskFile> Disk::find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<DiskFile> Disk::create(const std::string& name) {
  return files_[name] = std::make_shared<DiskFile>();
}

bool Disk::is_live(const Handle& handle) const {
  return handle.program != Program::process || (handle.era == era_ && !dead_);
}

// The oracle only borrows.
void Disk::let_go_of_memory(DiskFile& file) {
  if (!file.memory) return;
  for (const Handle* handle : file.handles) {
    const bool holds = handle->program != Program::oracle && handle->memory == file.memory;
    if (holds && is_live(*handle)) return;
  }
  file.memory.reset();
  ++generation_, ++changes_;  // a log that lost its index may end elsewhere
}

void Disk::kill() {
  dead_ = true;
  if (mishap_ && mishap_->mishap.fault == DiskFault::crash) mishap_.reset();
  for (const auto& [name, file] : files_) let_go_of_memory(*file);
}

void Disk::restart() {
  kill();
  ++era_;
  dead_ = false;
}

// Which of the writes reached the disk.
void Disk::settle(Damage damage, Random& random) {
  std::erase_if(unsynced_, [](const Change& change) { return change.lost; });
  std::uint64_t left = damage == Damage::torn ? random.below(unsynced_.size() + 1) : 0;
  for (const Change& change : unsynced_) {
    bool whole = damage == Damage::kept, torn = false;
    if (damage == Damage::torn) {
      whole = left > 0;
      torn = left == 0;
    } else if (damage == Damage::reordered) {
      whole = random.chance(1, 2);
      torn = !whole && random.chance(1, 3);
    }
    if (change.truncates && whole)
      change.file->durable.resize(change.offset);
    else if (!change.truncates && whole)
      put(change.file->durable, change.offset, change.bytes);
    else if (!change.truncates && torn)
      put_torn(change.file->durable, change.offset, change.bytes, random);
    if (damage == Damage::torn && left-- == 0) break;
  }
  unsynced_.clear();
}

void Disk::lose_power(Damage damage, Random& random) {
  kill();
  settle(damage, random);
  const auto survives = [&] {
    return damage == Damage::kept || (damage != Damage::dropped && random.chance(1, 2));
  };
  std::map<std::string, std::shared_ptr<DiskFile>> files;
  for (const auto& [name, file] : files_) {
    if (file->name_durable || survives()) files.emplace(name, file);
  }
  for (const auto& [name, file] : removed_) {
    if (!files.contains(name) && !survives()) files.emplace(name, file);
  }
  removed_.clear();
  files_.clear();
  ++generation_, ++changes_;
  for (const auto& [name, file] : files) {  // new ones: old handles lead nowhere
    const auto after = create(name);
    after->bytes = after->durable = file->durable;
    after->name_durable = true;
  }
}

DiskImage Disk::durable() const {
  DiskImage image;
  for (const auto& [name, file] : files_) {
    if (file->name_durable) image[name] = file->durable;
  }
  for (const auto& [name, file] : removed_) image.emplace(name, file->durable);
  return image;
}

DiskImage Disk::image() const {
  DiskImage image;
  for (const auto& [name, file] : files_) image[name] = file->bytes;
  return image;
}

sqlite::Database& Reader::get() {
  if (database_ && generation_ == disk_.generation()) return *database_;
  database_.reset();
  database_ = std::make_unique<sqlite::Database>(file_, sqlite::OpenMode::existing, Duration(0),
                                                 disk_.vfs(Program::oracle));
  generation_ = disk_.generation();
  return *database_;
}

}  // namespace slipway::sim
