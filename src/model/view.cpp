#include "model/view.h"

namespace slipway {

namespace {

void overlay(json::object& values, const json::object& written) {
  for (const auto& field : written) values.insert_or_assign(field.key(), field.value());
}

}  // namespace

RowState view_of(RowState shadow, std::span<const ViewStep> open_entries) {
  RowState row = std::move(shadow);
  for (const ViewStep& step : open_entries) {
    switch (step.op) {
      case Op::create:
        if (!row.exists) row.values.clear();
        row.exists = true;
        overlay(row.values, *step.payload);
        break;
      case Op::update:
        if (row.exists) overlay(row.values, *step.payload);
        break;
      case Op::remove:
        row.exists = false;
        break;
    }
  }
  return row;
}

bool same_row(const RowState& a, const RowState& b) {
  if (a.exists != b.exists) return false;
  return !a.exists || same_value(a.values, b.values);
}

}  // namespace slipway
