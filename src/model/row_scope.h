// Which rows a device holds: everything, or of the types that are named the rows whose fields have
// one of the values that are given. {"Customer": {}, "Shipment": {"originPort": ["DEHAM"]}} means
// all customers, the shipments from Hamburg, and nothing else. A pure value with its JSON form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/json.h"

namespace slipway {

struct RowScope {
  using Conditions = std::map<std::string, std::vector<json::value>, std::less<>>;  // by field
  std::optional<std::map<std::string, Conditions, std::less<>>> types;  // nothing: everything

  bool is_everything() const { return !types; }
  bool has_type(std::string_view type) const { return !types || types->contains(type); }
  // A field that the row does not have meets no condition.
  bool covers(std::string_view type, const json::object& values) const;
  // In words, why it does not cover such a row: "no Quote is held here".
  std::string why_not(std::string_view type, const json::object& values) const;
};

// What lies in both. Where no value is in both, no row has a condition's field right.
RowScope common(const RowScope& a, const RowScope& b);
// For people: "all of Customer; Shipment with originPort \"DEHAM\"".
std::string in_words(const RowScope& scope);
// The types, and the fields of types ("Shipment.originPort"), by which `granted` cuts `declared`.
std::vector<std::string> withheld(const RowScope& declared, const RowScope& granted);

json::value to_json(const RowScope& scope);  // null: everything
// Error "invalid-scope", with what is wrong in it.
Result<RowScope> scope_from_json(const json::value& value);

}  // namespace slipway
