// A desk for tests: an app's database in a temporary folder, the store on it, a hand-made clock,
// and a second connection of the test's own, which looks at the tables without the store's code.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace slipway::store {

// A parent with children (cascade), their notes (set null) and guards (restrict); and one of each
// type.
extern const char* const app_schema;

using TextRow = std::vector<std::string>;

class Folder {
 public:
  Folder();
  ~Folder();
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

json::object object(std::string_view json_text);

class Device {
 public:
  explicit Device(const char* schema = app_schema, std::uint64_t seed = 1, SyncRules rules = {});

  Store& store() { return *store_; }
  Store* operator->() { return store_.get(); }
  sqlite::Database& raw() { return *raw_; }
  WallTime now() { return {1764000000000 + ++ticks_}; }
  void open();                                                    // again, as a new process would
  void set_scope(std::string_view scope);                         // declared, of the next one; JSON
  void set_rules(SyncRules rules) { rules_ = std::move(rules); }  // of the next one
  void close();
  std::string path() const { return folder_.file("app.db"); }
  StoreOptions options() const;
  std::string place, holder;  // for the next open()
  std::int64_t archive_kept = 0;

  // One mutation, alone or as a group.
  static Mutation mutation(std::string type, std::string id, std::string action,
                           std::string_view payload = "{}");
  Result<Written> try_write(std::vector<Mutation> mutations);
  std::vector<EntryId> write(std::vector<Mutation> mutations);  // expects success
  Result<Written> try_write(Mutation one) { return try_write(std::vector{std::move(one)}); }
  EntryId write(Mutation one) { return write(std::vector{std::move(one)}).front(); }
  EntryId create_parent(std::string id, std::string_view name = "p");
  EntryId create_child(std::string id, std::string_view parent);
  EntryId update_parent(std::string id, std::string_view name);

  // What a person decides. A discard takes dependants along.
  Result<Decided> decide(const Wish& wish) {
    return store_->decide(wish, DecideMode::carry_out, now());
  }
  Result<Decided> preview(const Wish& wish) {
    return store_->decide(wish, DecideMode::preview, now());
  }
  Result<Decided> discard(EntryId id) { return decide(wish::Discard{id, true}); }
  Result<Decided> retry(EntryId id) { return decide(wish::Retry{id}); }
  Result<Decided> force(EntryId id) { return decide(wish::Force{id}); }

  Entry entry(EntryId id);
  Status status(EntryId id) { return entry(id).status; }
  std::vector<TextRow> query(const std::string& sql);
  std::string one(const std::string& sql);  // the only value of the only row
  void run(const std::string& sql) { raw().execute(sql); }

  // Talking to a cloud that the test plays.
  void meet();
  std::optional<PushRequest> push(std::set<EntryId> waiting = {},
                                  BatchLimits limits = {500, 500, 1 << 20});
  Version cursor();
  Version version(std::int64_t seq) const;  // of the only history that these tests know
  Page page(std::vector<PageRow> rows, std::vector<Receipt> receipts = {});  // the next commit
  Result<Settled> absorb(const Page& page);
  PushOutcome finish(std::vector<Receipt> verdicts, std::optional<Page> page);
  PushOutcome settle_all();  // pushes; every item applied or voided as asked

 private:
  Folder folder_;
  std::uint64_t seed_;
  SyncRules rules_;
  RowScope scope_;
  std::int64_t ticks_ = 0;
  std::unique_ptr<sqlite::Database> raw_;
  std::unique_ptr<Store> store_;
};

PageRow row(std::string type, std::string id, std::string_view values);
PageRow deleted_row(std::string type, std::string id, std::string_view last_values);
Receipt receipt(const Entry& entry, Verdict verdict, std::string reason = {});

}  // namespace slipway::store
