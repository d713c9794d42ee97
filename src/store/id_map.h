// SyncIdMap: the ids that a target gave to rows which were made here under another.
//
// Here a row keeps the id under which it was made, for ever: nothing that holds it (the app, its
// tables, an open entry) is ever changed beneath. Where a target names it otherwise, ids are
// translated on the way out and on the way in. A line is written in the transaction that absorbs
// the receipt which brings it, and never changed.
//
// A row that comes from the target goes by the target's id here, too; where that is the name of
// another row, which was made here, it gets a name of its own and a line. Throws sqlite::Failure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/wire.h"
#include "store/work.h"

namespace slipway::store {

// The target's id of a row; nothing: it is the same as here, or not known yet.
std::optional<json::value> target_id(sqlite::Database& database, const EntityKey& entity);

// The row here that the target names so, `id` being its text form; nothing: none.
std::optional<std::string> id_here(sqlite::Database& database, const std::string& type,
                                   const std::string& id);

// The row that a person or the app means by an id that no row here has: it may be the target's. One
// that was made here under this id and is gone means no other.
std::optional<std::string> row_meant(sqlite::Database& database, const EntityKey& entity);

// What a transport needs to name the rows of a body as the target does. Without a table (the app
// has dropped it) only the row's own id is known, not what it refers to.
std::vector<GivenId> given_ids(sqlite::Database& database, const Table* table, const Body& body);

// Whether the target gives rows of this table their ids.
bool gives_ids(Work& work, const Table& table);

// Keeps by which id the target has a row that was made here. A list may have told of it before
// that, under another name, which is given up: `touched` gets what is to be shown anew. Returns
// what is to be told to people where it could not be kept.
std::optional<std::string> remember_id(Work& work, const Table& table, const std::string& local_id,
                                       const json::value& id, std::set<EntityKey>& touched);

// The row made here which a body names and the target cannot be told of: it was made there, and
// nobody knows under which id, or it never was. Nothing: there is none.
std::optional<EntityKey> nameless_row(Work& work, const Table& table, const Body& body);

// Whether a row of the target's, in its words, is one that this device knows.
bool is_known(Work& work, const Table& table, const PageRow& row);

// Values of this device's, with the target's ids of what they refer to; the row's own stays.
json::object with_ids_there(Work& work, const Table& table, json::object values);

// Values that the target told, with this device's ids.
json::object with_ids_here(Work& work, const Table& table, json::object values);

// A row in the words of the target, in this device's: its own id and those that it refers to.
// Values that the app's table has no column for, or does not take, are left out. Where the target's
// id is no value of the key here (7, where the key is text), what it is there is kept. Nothing: it
// is gone, and was never known here.
std::optional<PageRow> row_here(Work& work, const Table& table, PageRow row);

// All lines of the cloud that was left are forgotten: it has no meaning at another.
void forget_ids(Work& work);

}  // namespace slipway::store
