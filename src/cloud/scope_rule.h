// What a page says to a device with a scope. Pure; for all ledgers.
#pragma once

#include <algorithm>

#include "base/planted.h"
#include "model/row_scope.h"
#include "model/wire.h"

namespace slipway::cloud {

// What has left the scope is told as deleted, without values, and that it left; what never was in
// it, not at all.
// `was_inside` says it of a row as of the commit from which the page leads on.
template <class WasInside>
void keep_to_scope(const RowScope& scope, Page& page, WasInside was_inside) {
  if (scope.is_everything()) return;
  std::erase_if(page.rows, [&](PageRow& row) {
    const bool covered = scope.covers(row.entity.type, *row.values);
    if (!row.deleted && covered) return false;
    if (!was_inside(row.entity) || planted(Bug::keeps_rows_that_left_the_scope)) return true;
    if (!covered) row.values.reset();  // of no concern to the device any more
    row.left = !row.deleted;
    row.deleted = true;
    return false;
  });
}

}  // namespace slipway::cloud
