// view = shadow + open entries: what the app's table shows of one entity, as a pure fold.
//
// The steps are the lane's open entries in order. An update of a row that is not there is not
// materialised: it stays visible as an entry. Where the cloud has moved on under an open entry,
// the field's rule shows what will become of it: a sum shows both differences, `server` the cloud's
// value. What a person will have to decide shows what was written here.
#pragma once

#include <span>

#include "model/entry.h"
#include "model/merge.h"

namespace slipway {

// A row, or its absence. When absent, `values` may hold a tombstone's last values.
struct RowState {
  bool exists = false;
  json::object values;
};

struct ViewStep {
  Op op;
  const json::object* payload;
  const json::object* base;
};

RowState view_of(RowState shadow, std::span<const ViewStep> open_entries,
                 const TypeRules& rules = {});

bool same_row(const RowState& a, const RowState& b);  // tombstones' last values do not count

}  // namespace slipway
