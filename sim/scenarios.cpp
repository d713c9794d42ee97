// What people do while one request has bad luck: short, and each with something that a lost or
// repeated message could spoil.
#include "request_loop.h"

namespace slipway::sim {

namespace {

using std::chrono::seconds;

store::Mutation parent(const std::string& id, const std::string& name) {
  return {"Parent", id, "CREATE_PARENT", {{"name", name}, {"amount", 1}}};
}
store::Mutation child(const std::string& id, const std::string& parent_id) {
  return {"Child", id, "CREATE_CHILD", {{"title", "t"}, {"parentId", parent_id}}};
}
store::Mutation guard(const std::string& id, const std::string& parent_id) {
  return {"Guard", id, "CREATE_GUARD", {{"note", "n"}, {"parentId", parent_id}}};
}
store::Mutation rename(const std::string& id, const std::string& name) {
  return {"Parent", id, "UPDATE_PARENT", {{"name", name}}};
}
store::Mutation remove(const std::string& id) {
  return {"Parent", id, "DELETE_PARENT", {}};
}

Device& desk(Stage& stage, std::size_t index) {
  while (stage.devices().size() <= index) stage.add_device();
  return *stage.devices()[index];
}

// A stream that is dead: others' changes come by pulls only.
void without_stream(Stage& stage) {
  stage.network().faults[Fault::stream_dead] = 1000;
}

// Both desks have the row, then each renames it without having heard of the other.
void two_renames(Stage& stage) {
  desk(stage, 0).write({parent("p1", "first")});
  desk(stage, 1);
  stage.run_for(seconds(6));
  desk(stage, 0).write({rename("p1", "mine")});
  desk(stage, 1).write({rename("p1", "yours")});
  stage.run_for(seconds(6));
}

void decide_conflicts(Stage& stage, const std::function<store::Wish(EntryId)>& wish) {
  for (const auto& device : stage.devices()) {
    if (!device->is_up()) continue;
    for (const EntryId id : device->entries_in("'CONFLICT'")) (void)device->decide(wish(id));
  }
}

void first_contact(Stage& stage) {
  desk(stage, 0).write({parent("p1", "one")});
  stage.run_for(seconds(3));
  desk(stage, 0).write({child("c1", "p1"), child("c2", "p1"), rename("p1", "uno")});
}

void two_desks(Stage& stage) {
  without_stream(stage);
  desk(stage, 0).write({parent("p1", "one")});
  desk(stage, 1).write({parent("p2", "two")});
  stage.run_for(seconds(5));
  desk(stage, 1).write({child("c1", "p1")});
  desk(stage, 0).write({child("c2", "p2")});
}

void conflict_forced(Stage& stage) {
  two_renames(stage);
  decide_conflicts(stage, [](EntryId id) { return store::wish::Force{id}; });
}

void conflict_retried(Stage& stage) {
  without_stream(stage);
  two_renames(stage);
  decide_conflicts(stage, [](EntryId id) { return store::wish::Retry{id}; });
}

void conflict_resolved(Stage& stage) {
  two_renames(stage);
  decide_conflicts(stage, [](EntryId id) {
    return store::wish::Resolve{id, {{"name", json::value("agreed")}}};
  });
}

void discarded_under_way(Stage& stage) {
  Device& first = desk(stage, 0);
  stage.run_for(seconds(2));
  first.write({parent("p1", "one")});
  first.write({child("c1", "p1")});
  stage.run_for(Duration(10));  // the push is on its way
  for (const EntryId id : first.entries_in("'PROCESSING'"))
    (void)first.decide(store::wish::Discard{id, true});
}

void discarded_with_dependants(Stage& stage) {
  Device& first = desk(stage, 0);
  stage.network().partitioned.insert(0);
  first.write({parent("p1", "one")});
  first.write({child("c1", "p1"), child("c2", "p1")});
  first.write({parent("p2", "two")});
  stage.run_for(seconds(2));
  const auto pending = first.entries_in("'PENDING'");
  if (!pending.empty()) (void)first.decide(store::wish::Discard{pending.front(), true});
  stage.network().partitioned.clear();
}

// A group that meets another's write is parked whole.
void group_in_conflict(Stage& stage) {
  without_stream(stage);
  desk(stage, 0).write({parent("p1", "first")});
  desk(stage, 1);
  stage.run_for(seconds(5));
  desk(stage, 1).write({rename("p1", "yours")});
  desk(stage, 0).write({rename("p1", "mine"), parent("p2", "two"), child("c1", "p2")});
  desk(stage, 0).write({child("c2", "p2")});
}

void parent_deleted_elsewhere(Stage& stage) {
  without_stream(stage);
  desk(stage, 0).write({parent("p1", "one"), child("c1", "p1")});
  desk(stage, 1);
  stage.run_for(seconds(5));
  desk(stage, 1).write({remove("p1")});
  desk(stage, 0).write({guard("g1", "p1")});
}

void many_pages(Stage& stage) {
  stage.network().page_limit = 1;
  desk(stage, 0).write({parent("p1", "one"), parent("p2", "two")});
  for (const char* id : {"p3", "p4", "p5"}) desk(stage, 0).write({parent(id, id)});
  stage.run_for(seconds(3));
  desk(stage, 1).write({rename("p1", "uno")});
}

void crash_under_way(Stage& stage) {
  Device& first = desk(stage, 0);
  stage.run_for(seconds(2));
  first.write({parent("p1", "one")});
  first.write({rename("p1", "uno")});
  stage.run_for(Duration(10));
  first.crash();
  first.open();
  stage.run_for(seconds(1));
  stage.cloud().restart();
  first.write({child("c1", "p1")});
}

// The cloud loses what both desks have; one has written more meanwhile, the other makes it good.
void cloud_restored(Stage& stage) {
  without_stream(stage);
  desk(stage, 0).write({parent("p1", "one"), child("c1", "p1")});
  desk(stage, 1);
  stage.run_for(seconds(5));
  stage.cloud().back_up();
  desk(stage, 0).write({rename("p1", "uno")});
  desk(stage, 0).write({parent("p2", "two"), child("c2", "p2")});
  stage.run_for(seconds(5));
  stage.cloud().restore();
  desk(stage, 0).write({child("c3", "p2")});
  desk(stage, 1).write({rename("p1", "eins")});
}

// The differences that a desk would need are forgotten; it has a group to send, which meets
// another's write. A third desk is new.
void full_pull_with_a_group(Stage& stage) {
  without_stream(stage);
  stage.network().full_pull_limit = 2;
  desk(stage, 0).write({parent("p1", "one"), child("c1", "p1")});
  desk(stage, 1);
  stage.run_for(seconds(5));
  stage.network().partitioned.insert(1);
  desk(stage, 1).write({rename("p1", "mine"), parent("p2", "two"), child("c2", "p2")});
  desk(stage, 0).write({rename("p1", "yours"), parent("p3", "three"), child("c3", "p3")});
  stage.run_for(seconds(5));
  stage.cloud().compact(0, true);
  stage.network().partitioned.clear();
  desk(stage, 2);
}

}  // namespace

std::vector<Scenario> all_scenarios() {
  return {{"first contact", first_contact},
          {"two desks", two_desks},
          {"a conflict, forced", conflict_forced},
          {"a conflict, retried", conflict_retried},
          {"a conflict, resolved", conflict_resolved},
          {"discarded under way", discarded_under_way},
          {"discarded with dependants", discarded_with_dependants},
          {"a group in conflict", group_in_conflict},
          {"a parent deleted elsewhere", parent_deleted_elsewhere},
          {"many pages", many_pages},
          {"crashes under way", crash_under_way},
          {"a restored cloud", cloud_restored},
          {"a full pull with a group", full_pull_with_a_group}};
}

}  // namespace slipway::sim
