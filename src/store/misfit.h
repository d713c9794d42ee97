// Entries that the app's tables do not take any more, because the app has migrated: what they write
// names a table or a column that is gone, or the row would be one that the tables refuse
// (docs/decisions/0031).
//
// Those that were never sent are parked, with the reason and what can be done about them; where the
// tables fit again, they wait again. What may have been sent is asked again as it is: the cloud may
// have taken it. Called by the store only. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/queue.h"

namespace slipway::store {

struct Misfit {
  std::string why;                  // for people
  std::vector<std::string> fields;  // that are to blame
  bool says_nothing = false;        // nulls of a new row, in columns that are gone
};

// By names and values alone. A delete writes nothing; what a row that is made again carries of its
// last values is the cloud's, not the writer's.
std::optional<Misfit> misfit_of(const Work& work, const Body& body);

// Of a never-sent entry that waits. `culprit`: it, or the mate for whose sake its group is parked.
void park_misfit(Work& work, const Entry& entry, const Entry& culprit, const Misfit& misfit);
bool is_parked_as_misfit(const Entry& entry);

// Nothing of a column that is gone, for whoever takes the entry's place.
Body without_what_is_gone(Body body, const Table& table);

// Parks what does not fit, and lets wait again what does. To be called when the views are those of
// the new tables, with foreign keys off. `refused_before`: rows that could not be shown by the old
// ones; that they cannot now is nobody's news.
std::set<EntityKey> rows_refused(sqlite::Database& database);
void review_entries(Work& work, const std::set<EntityKey>& refused_before);

}  // namespace slipway::store
