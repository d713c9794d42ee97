// A full pull: the state as of one commit, page by page, as values with their JSON forms.
//
// The cloud picks the commit with the first page; all later ones are of the same. Rows come type by
// type in the order that the device asks for, by id (bytewise) within a type; types that it does
// not name come after them, by name. So each page is the exact state of an interval of keys, and
// what the device has in it beyond the page does not exist. After the rows come the device's
// receipts since its cursor. The page without `next` is the last.
//
// A device with a scope is told of no row outside of it, nor is one named by a place: `row` is the
// last that it was told of, and how far the cloud has looked beyond is `walked`, which only the
// cloud can read. A page without rows may have the `row` after which it was asked for, and yet lead
// on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/row_scope.h"
#include "model/wire.h"

namespace slipway {

// How far a full pull is: all rows up to and including this one; or, without a row, all rows, and
// the receipts up to and including those of this commit.
struct SnapshotPlace {
  std::optional<EntityKey> row;
  std::int64_t receipts = 0;
  std::optional<std::string> walked = {};  // beside a row; given back as it came
  friend bool operator==(const SnapshotPlace&, const SnapshotPlace&) = default;
};
json::object to_json(const SnapshotPlace& place);
Result<SnapshotPlace> snapshot_place_from_json(const json::value& value);

struct SnapshotRequest {
  std::string exchange;
  std::optional<Version> at;           // nothing: it begins
  std::optional<SnapshotPlace> after;  // nothing: it begins
  std::vector<std::string> types;      // in the order in which their rows shall come
  std::optional<Version> cursor;  // of the device: the cloud must know it, else its past changed
  std::optional<std::int64_t> since;  // receipts beyond this commit; nothing: none are wanted
  std::int64_t limit = 0;             // rows and receipts of one page
};

struct SnapshotPage {
  std::string exchange;
  Version at;
  Version head;
  std::optional<SnapshotPlace> after;  // as asked
  std::optional<SnapshotPlace> next;   // nothing: this was the last page
  std::vector<PageRow> rows;
  std::vector<Receipt> receipts;
  std::int64_t passed = 0;  // rows of the cloud that this page has dealt with,
  std::int64_t total = 0;   // of so many; for people
  RowScope scope = {};      // which rows the cloud tells this device of
};

json::object to_json(const SnapshotPage& page);
Result<SnapshotPage> snapshot_page_from_json(const json::object& object);

// Orders the types of a full pull: those that were named first, then the others by name.
class TypeOrder {
 public:
  explicit TypeOrder(std::vector<std::string> named) : named_(std::move(named)) {}
  bool before(const std::string& a, const std::string& b) const;
  const std::vector<std::string>& named() const { return named_; }

 private:
  std::vector<std::string> named_;
};

}  // namespace slipway
