// A desk and a cloud by themselves, each on a disk of its own; messages are carried by hand. For
// loops that break one transaction or one request at every point: time and chance stand still, so
// whoever does the same gets the same, to the last byte.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app.h"
#include "cloud/sqlite_ledger.h"
#include "disk.h"
#include "store/store.h"

namespace slipway::sim {

inline constexpr WallTime bench_time{1'800'000'000'000};
inline constexpr store::BatchLimits bench_limits{100, 100, 1'000'000};
inline constexpr int sync_rounds_max = 1000;  // each a push or a page; what drains needs a few

struct BenchImage {
  DiskImage desk, cloud;
  std::int64_t remote_entries = 0;  // of the other desk, as it counts them
};

class Bench {
 public:
  explicit Bench(const BenchImage& image);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  static BenchImage empty();  // with our tables; the two have never met
  BenchImage image();         // after a clean stop of both

  Disk desk, cloud;
  store::Store& store() { return *store_; }
  cloud::Ledger& ledger() { return *ledger_; }
  bool is_open() const { return store_ != nullptr; }
  const cloud::TokenOwner& owner() const { return owner_; }

  // A process begins; on a disk whose process died, the next one.
  Result<void> open_store();
  Result<void> open_ledger();
  void drop_store();  // its process stops, or has died
  void drop_ledger();

  // What most tests need. Each CHECKs that nothing fails.
  std::vector<EntryId> write(std::vector<store::Mutation> mutations);
  void meet();
  PushRequest begin_push();
  PushAnswer push(const PushRequest& request);
  PullAnswer pull();
  // Until nothing is left to send or to absorb; false: in all those rounds there still was
  // something.
  [[nodiscard]] bool sync();
  // The other desk writes, having seen all that the cloud has.
  void remote(Op op, const EntityKey& entity, const json::object& payload);
  // The newest entry of that status, or of that row.
  EntryId entry_in(std::string_view status);
  EntryId entry_of(const EntityKey& entity);

  // Everything that stands in the file, by plain SQL: tables, rows, schema.
  std::string dump_desk();
  std::string dump_cloud();

  std::uint64_t store_seed = 2;                                        // of the next process
  std::function<void(store::StoreOptions&)> configure = [](auto&) {};  // likewise
  std::vector<cloud::Numbering> numberings;  // of the cloud, when it is opened next
  std::optional<PushRequest> request;        // what was begun, for the steps of a test
  std::optional<PushAnswer> answer;
  std::optional<PullAnswer> page;
  std::optional<SnapshotPage> snapshot;
  std::optional<HistoryAnswer> history;

 private:
  std::string dump(Disk& disk, const char* file);
  EntryId newest_entry(const std::string& condition);

  Random random_;  // the cloud's
  std::int64_t remote_entries_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<cloud::Ledger> ledger_;
  cloud::TokenOwner owner_, other_owner_;
};

}  // namespace slipway::sim
