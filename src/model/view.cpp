#include "model/view.h"

#include <set>

#include "base/planted.h"

namespace slipway {

namespace {

class Fold {
 public:
  Fold(RowState shadow, const TypeRules& rules) : row_(std::move(shadow)), rules_(rules) {}

  void apply(const ViewStep& step) {
    switch (step.op) {
      case Op::create:
        if (!row_.exists) row_.values.clear();
        row_.exists = true;
        for (const auto& member : *step.payload) put(member.key(), member.value());
        break;
      case Op::update:
        if (row_.exists) update(*step.payload, *step.base);
        break;
      case Op::remove:
        row_.exists = false;
        break;
    }
  }

  RowState take() { return std::move(row_); }

 private:
  void put(std::string_view field, const json::value& value) {
    row_.values.insert_or_assign(field, value);
    written_here_.emplace(field);
  }

  void update(const json::object& payload, const json::object& base) {
    for (const auto& member : payload) {
      const json::value* seen = find(base, member.key());
      const json::value* now = find(row_.values, member.key());
      if (!seen || !now || !may_differ(member.key()) || planted(Bug::shows_sums_as_written)) {
        put(member.key(), member.value());
      } else if (auto merged = merge_field(rules_.of(member.key()), *seen, member.value(), *now)) {
        if (!same_value(*merged, *now)) put(member.key(), *merged);
      } else {
        put(member.key(), member.value());
      }
    }
  }

  // Whether a rule may make another value of a written one than the writer did. The cloud's word
  // stands against what it sent, not against earlier entries of this lane.
  bool may_differ(std::string_view field) const {
    const Rule rule = rules_.of(field);
    return accumulates(rule) || (rule == Rule::server && !written_here_.contains(field));
  }

  RowState row_;
  const TypeRules& rules_;
  std::set<std::string, std::less<>> written_here_;  // by the steps
};

}  // namespace

RowState view_of(RowState shadow, std::span<const ViewStep> open_entries, const TypeRules& rules) {
  Fold fold(std::move(shadow), rules);
  for (const ViewStep& step : open_entries) fold.apply(step);
  return fold.take();
}

bool same_row(const RowState& a, const RowState& b) {
  if (a.exists != b.exists) return false;
  return !a.exists || same_value(a.values, b.values);
}

}  // namespace slipway
