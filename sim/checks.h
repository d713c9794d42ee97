// What must hold of a device at every step, and of the whole world at the end. By plain SQL, beside
// the product's code.
#pragma once

#include "cloud_check.h"

namespace slipway::sim {

// The app's tables, as a person sees them.
std::map<EntityKey, json::object> screen_of(sqlite::Database& database);

// I11: view = shadow + open entries for every row, and the shadow is the cloud's row as of the
// cursor. I26: the counts are the database's.
void check_view(Run& run, Device& device, const CloudLog& log);

// I9: what leaves the device stands on nothing that waits.
void check_push(Run& run, Device& device, const PushRequest& request);

// I4: a power loss now would take nothing of it away.
void check_durable(Run& run, Device& device, const PushRequest& request);

// I14: a discard closes exactly the entry and what cannot live without it.
std::set<EntryId> closure_of(Device& device, EntryId id);
void check_discard(Run& run, Device& device, const std::set<EntryId>& expected,
                   const std::vector<store::Entry>& closed);

// I14: a preview changes nothing; what it tells, the decision straight after it does. Nothing: its
// disk failed.
std::optional<std::string> preview(Run& run, Device& device, const store::Wish& wish, WallTime now);
void check_deed(Run& run, Device& device, const std::string& previewed,
                const Result<store::Decided>& deed);

// I12: its conflicts show whom the cloud has named, and of a group the entry that is the culprit.
std::string blame_text(const std::string& who, const std::string& when, const std::string& culprit);
void check_blames(Run& run, Device& device, const CloudLog& log);

// Nothing of this device could move any more: all open entries are parked or behind a parked one.
bool is_drained(Device& device, const CloudLog& log);
// I10: what waits, waits behind a parked entry; and the product counts the same.
void check_waiting(Run& run, Device& device);
std::string what_waits(Device& device);

// I28: an action that needs the cloud is taken only while it answers and nothing parked is before
// it.
void check_cloud_need(Run& run, Device& device, EntryId taken);
// I28: and none that was never sent is kept for when the cloud is back.
void check_unsent_needs(Run& run, Device& device);

// I29: nothing in its file is unexplained to the doctor.
void check_doctor(Run& run, Device& device);
// I29: the doctor finds what another program does to a copy of it.
void check_doctor_sees(Run& run, Device& device);

// After quiescence, all parked entries discarded: I1, I3, I5, I14, I23.
void check_end(Run& run, std::vector<std::unique_ptr<Device>>& devices, const CloudLog& log);

}  // namespace slipway::sim
