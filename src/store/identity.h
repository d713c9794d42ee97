// Who numbers the entries of this file. A file that was copied or restored may give numbers that
// another copy has given, too; from the moment that this shows, new entries are numbered by a new
// incarnation. Entries that exist keep their ids for ever; nothing is sent under another one.
// Called by the store only. Throws sqlite::Failure.
#pragma once

#include <set>
#include <string>

#include "model/wire.h"
#include "store/work.h"

namespace slipway::store {

void give_identity(Work& work);

// `place`: of the machine and the file; empty: not known. Another one than before is a copy, or the
// file was restored, moved to another machine or made anew by a tool: that is no harm.
void notice_place(Work& work, const std::string& place);

// A receipt of this device for an entry that the file does not know.
void notice_unknown_receipt(Work& work, const Receipt& receipt);

// The cloud has judged another entry under this number.
void notice_reused_number(Work& work, const std::string& incarnation);

// The cloud has judged an entry of this number so long ago that nobody knows whose it was.
void notice_expired_number(Work& work, const std::string& incarnation);

// Earlier incarnations of this file, by which another copy of it may have gone on.
std::set<std::string> shared_incarnations(sqlite::Database& database);

}  // namespace slipway::store
