#include "bench.h"

#include <algorithm>

#include "base/check.h"
#include "device.h"
#include "stranger.h"

namespace slipway::sim {

Bench::Bench(const BenchImage& image)
    : desk(image.desk), cloud(image.cloud), random_(1), remote_entries_(image.remote_entries) {}

Bench::~Bench() {
  drop_store();
  drop_ledger();
}

BenchImage Bench::empty() {
  static const BenchImage image = [] {
    Bench bench({empty_device(1024), empty_cloud()});
    CHECK(bench.open_ledger());
    for (const char* device : {"desk", "other"}) {
      CHECK(bench.ledger().create_token("tenant", device, device, bench_time));
    }
    return bench.image();
  }();
  return image;
}

BenchImage Bench::image() {
  drop_store();
  drop_ledger();
  return {desk.image(), cloud.image(), remote_entries_};
}

Result<void> Bench::open_store() {
  drop_store();
  if (desk.is_dead()) desk.restart();
  store::StoreOptions options = store_options(desk);
  configure(options);
  auto opened = store::Store::open(std::move(options), Random(store_seed), bench_time);
  if (!opened) return std::unexpected(opened.error());
  store_ = std::move(*opened);
  return {};
}

Result<void> Bench::open_ledger() {
  drop_ledger();
  if (cloud.is_dead()) cloud.restart();
  random_ = Random(std::uint64_t(1 + remote_entries_));
  auto opened =
      cloud::open_sqlite_ledger(cloud_file, random_, cloud.vfs(Program::process), numberings);
  if (!opened) return std::unexpected(opened.error());
  ledger_ = std::move(*opened);
  if (const auto known = ledger_->find_token("desk"); known && *known) {
    owner_ = **known;
    other_owner_ = ledger_->find_token("other").value().value_or(cloud::TokenOwner{});
  }
  return {};
}

void Bench::drop_store() {
  store_.reset();
}
void Bench::drop_ledger() {
  ledger_.reset();
}

std::vector<EntryId> Bench::write(std::vector<store::Mutation> mutations) {
  const bool as_group = mutations.size() > 1;
  const store::WriteRequest request_{std::move(mutations), as_group, std::nullopt};
  auto written = store().write(std::span(&request_, 1), bench_time).front();
  CHECK(written);
  return written->entries;
}

void Bench::meet() {
  CHECK(store().meet_cloud(ledger().capabilities(owner_).value(), bench_time));
}

PushRequest Bench::begin_push() {
  auto begun = store().begin_push("exchange", bench_limits, {}, bench_time);
  CHECK(begun && *begun);
  return std::move(**begun);
}

PushAnswer Bench::push(const PushRequest& request_) {
  auto answered = ledger().push(owner_.tenant, owner_.device, request_, bench_time);
  CHECK(answered);
  return std::move(*answered);
}

PullAnswer Bench::pull() {
  const auto wanted = store().pull_request("exchange", 1000).value();
  auto pulled = ledger().changes(owner_.tenant, owner_.device, wanted.cursor, wanted.limit);
  CHECK(pulled);
  pulled->exchange = wanted.exchange;
  return std::move(*pulled);
}

bool Bench::sync() {
  meet();
  for (int round = 0; round < sync_rounds_max; ++round) {
    const auto begun = store().begin_push("exchange", bench_limits, {}, bench_time);
    CHECK(begun);
    if (*begun) CHECK(store().finish_push(push(**begun), bench_time));
    const PullAnswer pulled = pull();
    CHECK(store().absorb_page(pulled, bench_time));
    if (!*begun && pulled.page.to == pulled.head && pulled.page.from == pulled.page.to) return true;
  }
  return false;
}

void Bench::remote(Op op, const EntityKey& entity, const json::object& payload) {
  const Verdict verdict =
      write_as_stranger(ledger(), other_owner_, ++remote_entries_, op, entity, payload);
  CHECK(verdict == Verdict::applied);
}

EntryId Bench::newest_entry(const std::string& condition) {
  Reader reader(desk, app_file);
  const auto rows = query(reader.get(), "SELECT max(id) FROM SyncQueue WHERE " + condition);
  CHECK(rows.front().front() != "NULL");
  return std::atoll(rows.front().front().c_str());
}

EntryId Bench::entry_in(std::string_view status) {
  return newest_entry("status = '" + std::string(status) + "'");
}
EntryId Bench::entry_of(const EntityKey& entity) {
  return newest_entry("entityType = '" + entity.type + "' AND entityId = '" + entity.id + "'");
}

std::string Bench::dump(Disk& disk, const char* file) {
  Reader reader(disk, file);
  sqlite::Database& database = reader.get();
  std::vector<std::string> lines;
  const auto add = [&](const std::string& table, const std::string& sql) {
    for (const TextRow& row : query(database, sql)) {
      std::string line = table;
      for (const std::string& text : row) line += "|" + text;
      // Each process that opens the file takes the lease anew.
      const bool is_taken_anew =
          line.starts_with("sync_meta|leaseToken") || line.starts_with("sync_meta|leaseHolder");
      if (!is_taken_anew) lines.push_back(std::move(line));
    }
  };
  add("schema", "SELECT type, name, sql FROM sqlite_schema");
  add("check", "PRAGMA quick_check");
  for (const TextRow& table :
       query(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    add(table[0], "SELECT * FROM " + sqlite::quoted(table[0]));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string Bench::dump_desk() {
  return dump(desk, app_file);
}
std::string Bench::dump_cloud() {
  return dump(cloud, cloud_file);
}

}  // namespace slipway::sim
