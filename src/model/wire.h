// What a device and the cloud say to each other, as values, with their JSON forms.
//
// Decoding is strict: a message with a missing or garbled part is refused whole, because a verdict
// that was half understood must mean nothing at all. Unknown members are ignored, so that a newer
// peer may add some.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/entry.h"
#include "model/merge.h"
#include "model/version.h"

namespace slipway {

inline constexpr int protocol_number = 1;

enum class Verdict { applied, merged, conflict, rejected, voided, blocked, deferred, expired };
std::string_view to_text(Verdict verdict);
std::optional<Verdict> verdict_from_text(std::string_view text);
// Stored as a receipt and never changed again; the others mean "wait" or "do not send again".
inline bool is_final(Verdict v) {
  return v <= Verdict::voided;
}

// The judgement of one entry. `seq` is the commit that holds it: 0 when the verdict is not final.
struct Receipt {
  std::string id;  // clientRequestId
  Verdict verdict = Verdict::blocked;
  std::int64_t seq = 0;
  std::string reason = {};   // conflict and rejected: the stable word; else ""
  std::string message = {};  // for people; may be empty
  std::optional<json::object> conflict =
      {};  // base, local, server, fields, version, who, when, culprit
  std::optional<json::object> merge = {};  // of `merged`: fields by name, version, who, when
  // Of `applied` and `merged`: the values that the entry left to the other side, by field.
  std::optional<json::object> assigned = {};
  // The commit's salt and the entry's own number, where the judge knew them; else "" and 0.
  std::string salt = {};
  std::string incarnation = {};
  std::int64_t number = 0;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// A changed row, as of the page's `to`. Without values: the device's own entries, applied as they
// were, made the row what it is.
struct PageRow {
  EntityKey entity;
  Version version;
  bool deleted = false;
  std::optional<json::object> values;  // a deleted row's last values
  bool left = false;  // it is not deleted, but lies outside of the device's scope since
};

// The exact difference between two commits, with this device's receipts.
struct Page {
  Version from;
  Version to;
  std::vector<PageRow> rows;
  std::vector<Receipt> receipts;
  // Of a transport to a target that keeps no log; not part of the wire. Its rows are named as the
  // target names them, and hold what the target has of them: no more, no less.
  bool in_words_of_target = false;
  std::vector<std::string> whole_types = {};  // of these it names every row that there is
};

// A foreign key of the app's schema: these fields of `type` hold the id of a `target`.
struct Reference {
  std::string type;
  std::vector<std::string> fields;
  std::string target;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

// An earlier entry of the chain in which each takes the place of the one before.
struct Replaced {
  std::string id;     // clientRequestId
  bool same = false;  // op, payload and base are the same: a retry
  // Its own, by which the cloud knows what it judged when the receipt is gone.
  std::string incarnation = {};
  std::int64_t number = 0;      // from 1 on; 0: a device that does not tell
  bool without_effect = false;  // the device has its receipt: nothing happened
  friend bool operator==(const Replaced&, const Replaced&) = default;
};

// An id that the target has given to a row which was made here under another.
struct GivenId {
  EntityKey entity;  // as this device names it
  json::value id;    // as the target does
};

struct PushItem {
  std::string id;                     // clientRequestId
  std::optional<json::object> write;  // the body; absent: this item is a void
  std::string void_incarnation;       // of the entry that is voided
  std::int64_t void_number = 0;
  std::int64_t void_lane_position = 0;  // 0: a device that does not tell
  bool void_sent = false;  // it was sent before it was closed (for targets without receipts)
  std::vector<std::string>
      after;  // clientRequestIds of its open prerequisites, all earlier in the batch
  std::vector<Replaced> replaces = {};  // the oldest first
  // The device knows that another copy of its file has numbered entries by the same incarnation: of
  // its lane's earlier entries only those that come in the same push count as the writer's own.
  bool shared = false;
  // For a transport to a target that gives ids; not part of the wire, which names rows as they are
  // named in the body.
  std::string key_field = {};       // the type's key, where it is one field
  std::vector<GivenId> given = {};  // of this row, and of those that it refers to
  bool sent = false;                // it was sent before, and what came of that is not known
};

// How concurrent changes are settled, by entity type; a type without rules is judged by `manual`.
using MergeRules = std::map<std::string, TypeRules, std::less<>>;

struct PushRequest {
  std::string exchange;
  std::string device;
  Version cursor;
  std::vector<Reference> references;
  std::vector<PushItem> items;
  MergeRules rules = {};
  // Not part of the wire. While another node judges a push with the same word, this one is refused
  // ("request-in-progress").
  std::string once = {};
  // Nor this: each item counts only for the very version of its row that it names as "*".
  bool exact = false;
};

struct PushAnswer {
  std::string exchange;
  Version head;
  std::vector<Receipt> verdicts;
  std::optional<Page> page;  // absent: too large, pull
  std::optional<Version> safe = {};
  // Items of which it is certain that nothing came of this sending; not part of the wire.
  std::vector<std::string> without_effect = {};
};

struct PullRequest {
  std::string exchange;
  std::optional<Version> cursor;
  std::int64_t limit = 0;  // rows and receipts together
  // Not part of the wire: a target that keeps no log shall name every row again.
  bool everything = false;
};

struct PullAnswer {
  std::string exchange;
  Version head;
  Page page;
  std::optional<Version> safe = {};
};

// One event of the stream of changes: the newest commit and, where it is small, the page that leads
// to it from what the stream has told before. Where the reader does not stand at the page's
// beginning, it only says that there is news.
struct Poke {
  Version head;
  std::optional<Page> page;  // ends at head
};

struct Capabilities {
  Version origin;  // commit 0; its salt is the cloud's id
  int protocol = protocol_number;
  std::string tenant;
  std::string device;  // the token's name for this device
  std::int64_t push_entries_max = 0;
  std::int64_t push_bytes_max = 0;
  std::int64_t page_rows_max = 0;
  std::optional<std::int64_t> receipts_kept_days = {};  // nothing: for good
  // The newest commit that is in every backup which the cloud may still restore. Nothing: it says
  // none, and a device keeps its archive for good.
  std::optional<Version> safe = {};
  std::int64_t snapshot_rows_max = 0;  // 0: there are no full pulls, the feed begins at commit 0
};

json::object to_json(const Receipt& receipt);
Result<Receipt> receipt_from_json(const json::value& value);
json::object to_json(const PageRow& row);
Result<PageRow> page_row_from_json(const json::value& value);
json::object to_json(const Page& page);
Result<Page> page_from_json(const json::value& value);
json::object to_json(const PushRequest& request);
Result<PushRequest> push_request_from_json(const json::object& object);
json::object to_json(const PushAnswer& answer);
Result<PushAnswer> push_answer_from_json(const json::object& object);
json::object to_json(const PullAnswer& answer);
Result<PullAnswer> pull_answer_from_json(const json::object& object);
json::object to_json(const Poke& poke);
Result<Poke> poke_from_json(const json::object& object);
json::object to_json(const Capabilities& capabilities);
Result<Capabilities> capabilities_from_json(const json::object& object);

}  // namespace slipway
