// Writes as a device makes them, for the judge's and the ledger's tests, and a cloud in memory.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cloud/judge.h"

namespace slipway::cloud::test {

inline const EntityKey shipment{"Shipment", "shp_1"};
inline const EntityKey other_shipment{"Shipment", "shp_2"};
inline const EntityKey quote{"Quote", "q_1"};

// Numbers entries and lane positions as an incarnation does. `seen` is the version of the row that
// the writer knew; versions of single fields go into `versions`.
class Desk {
 public:
  explicit Desk(std::string incarnation) : incarnation_(std::move(incarnation)) {}

  Item create(const EntityKey& key, json::object values, std::optional<Version> seen = {});
  // A deleted row once more, from its last values.
  Item re_create(const EntityKey& key, json::object last, json::object values, Version tombstone);
  Item update(const EntityKey& key, json::object base, json::object payload,
              std::optional<Version> seen = {}, json::object versions = {});
  Item remove(const EntityKey& key, json::object base, std::optional<Version> seen = {});
  Item write(Body body);  // gives it its number, lane position, nonce and id

  const std::string& incarnation() const { return incarnation_; }

 private:
  std::string incarnation_;
  std::int64_t number_ = 0;
  std::map<EntityKey, std::int64_t> lane_;
};

Item after(Item item, std::vector<std::string> ids);
Item void_of(const Item& item);
std::vector<Item> grouped(std::vector<Item> items);  // one group; their ids are new
Item with_id_of_body(Item item);
PushItem to_push_item(const Item& item);

// The judge with a memory: what a ledger does around it.
class MemoryCloud {
 public:
  Judgement push(const std::vector<Item>& items, const std::string& device = "Hamburg");
  Receipt push_one(const Item& item, const std::string& device = "Hamburg");
  const CloudRow& row(const EntityKey& key) { return state.rows[key]; }
  Version commit(std::int64_t at) const { return {at, state.commits.at(at).salt}; }
  Version head() const { return commit(seq); }

  State state{{}, {}, {}, {}, {}, {}, {{0, {"00000000000000c0", "", ""}}}};
  MergeRules rules;
  std::int64_t seq = 0;
  std::optional<std::int64_t> cursor;  // what the pushing device has absorbed; nothing: all
};

Verdict verdict_of(const Judgement& judgement, const Item& item);
const Receipt& receipt_of(const Judgement& judgement, const Item& item);

}  // namespace slipway::cloud::test
