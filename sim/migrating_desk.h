// A desk whose app migrates: the real store on a disk of its own, and what the oracle knows of it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cloud/ledger.h"
#include "desk_file.h"
#include "device.h"
#include "migrating_app.h"
#include "run.h"
#include "store/store.h"

namespace slipway::sim {

// The cloud's rows as the oracle replays them.
using Rows = std::map<EntityKey, json::object>;

struct Captured {
  EntryId id = 0;
  json::object values;  // as the person wrote them, by first names
};

class MigratingDesk {
 public:
  MigratingDesk(Run& run, cloud::TokenOwner owner);

  void start();
  void stop() { store_.reset(); }
  void kill();
  bool is_up() const { return store_ != nullptr; }
  store::Store& store() { return *store_; }
  const cloud::TokenOwner& owner() const { return owner_; }
  AppTables& tables() { return tables_; }

  void write();
  void migrate();
  void decide(bool only_discards);  // one of what is parked; or takes something back
  bool has_parked();

  // I22: before it leaves. Then it may have been sent.
  void check_push(const PushRequest& request);
  // It is known that nothing came of this sending.
  void was_in_vain(const PushRequest& request);
  void check_entries();
  void check_view(const Rows& rows_at_cursor);
  void check_account(const std::set<std::string>& effects);
  std::int64_t cursor();

 private:
  std::vector<SeenEntry> entries(const std::string& condition);
  std::vector<store::Mutation> some_mutations();
  store::Mutation order_mutation(const std::string& id);
  store::Mutation note_mutation(const std::string& id, const std::string& order);
  bool exists(const std::string& type, const std::string& id);
  std::string some_text(const std::string& what);
  void remember(const store::Written& written, const std::vector<store::Mutation>& mutations);
  void note_cells(Migration migration);
  bool names_what_is_gone(const SeenEntry& entry) const;
  bool explains_parking(const SeenEntry& entry) const;
  void check_row(const EntityKey& entity, json::object values, bool exists);

  Run& run_;
  cloud::TokenOwner owner_;
  Disk disk_;
  Reader raw_;
  std::unique_ptr<store::Store> store_;
  AppTables tables_;
  std::vector<Captured> captured_;
  std::set<std::string> sent_;        // clientRequestIds that may have reached the cloud
  std::set<std::string> newly_sent_;  // by the push that is in flight
  std::set<std::string> in_vain_;
  std::set<std::string> discarded_;  // by a person
  std::set<std::string> resolved_;   // root ids, of which a person gave other values
  bool unseen_drop_ = false;         // of a column, since the service stopped
  int texts_ = 0;
};

}  // namespace slipway::sim
