// A desk whose app has rows from before Slipway: the real store on a disk of its own, and what the
// oracle knows of them.
#pragma once

#include "desk_file.h"
#include "first_cloud.h"
#include "store/store.h"

namespace slipway::sim {

class FirstDesk {
 public:
  FirstDesk(Run& run, Random& random, FirstAccount& account, std::string name, bool has_rows);

  void start();
  void kill();
  bool is_up() const { return store_ != nullptr; }
  store::Store& store() { return *store_; }
  const std::string& name() const { return name_; }
  FirstCloud& cloud() { return *cloud_; }
  bool has_joined(const FirstCloud& cloud) const { return cloud_ == &cloud; }

  // What people do.
  void write();
  void offer();
  bool has_parked();
  void decide(bool only_discards);
  void write_a_lost_row_again();
  // All that the desk shows is the person's from now on.
  void join(FirstCloud& cloud);
  void meet(FirstCloud& cloud) { cloud_ = &cloud; }  // for the first time

  // The cloud has told of these rows, and the desk has taken it.
  void was_told(const std::vector<PageRow>& rows);

  void check_view();
  void check_account();    // at the end: each entry is settled at the cloud, or closed by a person
  void check_rows();       // at the end: the cloud's rows, and those it was never told of
  void find_values();      // at the end, for the account
  void note_offers();      // entries that nobody has written
  std::string all_rows();  // and all entries, to compare

 private:
  struct Lost {
    std::int64_t id = 0;
    EntityKey entity;
    json::object values;
  };
  struct Expected {
    bool exists = false;
    json::object values;
  };

  void fill();
  std::vector<SeenEntry> entries(const std::string& condition);
  std::vector<Lost> lost();
  std::optional<json::object> shown(const EntityKey& entity);
  Rows shown();
  json::value some_text();
  store::Mutation mutation();
  void see_under(const store::Mutation& mutation);
  void see_decided(const std::vector<SeenEntry>& before, const store::Decided& decided);
  Expected expected(const EntityKey& entity, const std::map<EntityKey, Image>& at_cloud,
                    const std::vector<SeenEntry>& entries_of_row);
  bool is_held_for_a_child(const EntityKey& entity);

  Run& run_;
  Random& random_;
  FirstAccount& account_;
  std::string name_;
  Disk disk_;
  Reader raw_;
  std::unique_ptr<store::Store> store_;
  FirstCloud* cloud_ = nullptr;
  Rows before_;                   // from before Slipway
  std::set<EntityKey> told_;      // of which a cloud has ever told
  std::set<EntryId> known_;       // entries that somebody has written, or that were noticed
  std::set<std::string> closed_;  // by a person: clientRequestIds
  int texts_ = 0;
};

}  // namespace slipway::sim
