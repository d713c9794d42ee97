// States of the bench in which a transaction has much to do, and the steps, by whose they are.
#pragma once

#include <string>
#include <vector>

#include "crash_loop.h"

namespace slipway::sim {

store::Mutation parent(const std::string& id, const std::string& name);
store::Mutation child(const std::string& id, const std::string& parent_id);
store::Mutation rename(const std::string& id, const std::string& name);
store::Mutation remove(const std::string& id);

void nothing_yet(Bench& bench);
void as_found(Bench& bench);  // nothing is open
void open(Bench& bench);      // both are
// Two synced parents with children; then a conflict, an entry that waits behind it, some fresh
// ones, and one that was closed and owes its void.
void busy_desk(Bench& bench);
void pushing(Bench& bench);   // a push is under way
void answered(Bench& bench);  // and its answer has come
// The cloud has much news: changed and deleted rows, a child without our parent, a conflict.
void much_news(Bench& bench);
void pulled(Bench& bench);  // a page has come
// So many frames in the log that the next commits move them into the database file.
void long_log(Bench& bench);
// The cloud is restored to a backup; what came after it is lost there: entries of ours, and rows
// of the other desk.
void restored_cloud(Bench& bench);
void compared(Bench& bench);  // the answer about the common past has come
void followed(Bench& bench);  // and the desk goes on from there

// The desk's file, by plain SQL, as the app does it.
void run_as_app(Bench& bench, const std::string& sql);

template <class T>
Result<void> told(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

std::vector<Step> work_steps();    // writing, syncing, deciding, following the cloud's past
std::vector<Step> tenure_steps();  // opening, the lease, the app's migrations, forgetting
std::vector<Step> cloud_steps();

}  // namespace slipway::sim
