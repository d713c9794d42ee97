// The judge: what the cloud answers to a batch, and what it writes. A pure function: no SQL, no
// clock, no chance; storage loads before it and stores after it (ledger.h).
//
// The rules, in order: a recorded receipt is repeated word for word; a number judged under another
// id is `rejected`; one whose receipt is purged is `expired`; an entry whose prerequisites are not
// applied in the batch, or whose group is not whole, is `blocked`, which is not recorded; one that
// writes a row outside of the device's scope, or one whose name no storage can keep, is `rejected`,
// with its group; an entry
// that repeats one of its chain which took effect has its verdict, and no effect of its own;
// create, update and delete by entry_rules.h; foreign keys at the end of each entry or group. A
// group is all or nothing.
//
// All that is written belongs to one commit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloud/cloud_row.h"
#include "cloud/commits.h"
#include "cloud/numbering.h"
#include "model/entry.h"
#include "model/row_scope.h"
#include "model/wire.h"

namespace slipway::cloud {

// An item of a push, its body decoded and its id found to be the body's.
struct Item {
  std::string id;
  std::optional<Body> write;  // absent: a void
  std::string incarnation;
  std::int64_t number = 0;
  std::int64_t lane_position = 0;  // of a void: of the entry that it voids; 0: not told
  std::vector<std::string> after;
  std::vector<Replaced> replaces = {};  // with the body's `supersedes`
  bool is_shared = false;               // PushItem::shared
  bool is_exact = false;                // PushRequest::exact
};

// Errors, which refuse the whole batch: "invalid-entry", "id-mismatch". A garbled item must not
// become a receipt: what it was before is unknown.
Result<std::vector<Item>> decode_items(const PushRequest& request);

using EntryNumber = std::pair<std::string, std::int64_t>;  // incarnation, number

// What storage knows of everything that the batch names. Rows and referrers that are not there
// have not been loaded; a row that the cloud does not have is loaded with Life::never.
struct State {
  std::map<EntityKey, CloudRow> rows;
  std::map<EntityKey, std::set<EntityKey>> referrers;  // live rows that refer to a row
  References references;
  std::map<std::string, Receipt> receipts;    // by id
  std::map<EntryNumber, std::string> judged;  // the id that holds a number
  std::set<EntryNumber> purged;               // judged so long ago that the receipt is gone
  Commits commits;                            // that base versions and marks name
  Counters counters = {};                     // of the types that the batch creates
  RowScope scope = {};                        // of the device: it may write nothing else
  std::int64_t cursor = 0;                    // what the device has absorbed
};

struct NewReceipt {
  Receipt receipt;
  std::string incarnation;
  std::optional<std::int64_t> number;  // nothing when another id holds it
};

struct WrittenRow {
  CloudRow row;
  bool image = false;  // false: only bookkeeping changed, devices need not hear of it
};

struct Judgement {
  std::set<EntityKey> missing;    // not empty: load these rows and judge again; nothing else counts
  std::vector<Receipt> verdicts;  // one per distinct id, in the order of the batch
  std::vector<NewReceipt> receipts;  // to record
  std::map<EntityKey, WrittenRow> rows;
  std::vector<GivenNumber> given;  // also those that a writer took for himself
};

// `rules` came with the batch. `commit` is the commit that will hold what is written; its device
// and time become who and when.
Judgement judge(const std::vector<Item>& items, const MergeRules& rules, const State& state,
                const NewCommit& commit);

}  // namespace slipway::cloud
