// Values that the cloud gives: the number of a shipment, counted per tenant. Pure.
//
// Declared where the cloud is started. A row that is created without a value in such a field (null,
// or left out) gets the next one in the commit that creates it. A number is given once, also when
// the row is deleted; numbers may be left out, never doubled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/entry.h"

namespace slipway::cloud {

struct Numbering {
  std::string type;
  std::string field;
  std::string before, after;  // around the number
  std::int64_t first = 1;
  int width = 1;        // filled up with zeros
  bool is_text = true;  // false: the number itself, as JSON
  friend bool operator==(const Numbering&, const Numbering&) = default;
};

// "Shipment.number=SHP-{000001}": text; the braces hold the first number, as wide as it is to be.
// "Customer.number=1000": an integer, from 1000. Error "bad-numbering".
Result<Numbering> numbering_from_text(std::string_view text);

json::value value_of(const Numbering& numbering, std::int64_t number);

// The number that made a value; nothing: it is none of this numbering's, or has more than 15 digits
// (those that follow it would soon be more than every JSON reader keeps exactly).
std::optional<std::int64_t> number_in(const Numbering& numbering, const json::value& value);

// A declared field, and the number that it gives next.
struct Counter {
  Numbering numbering;
  std::int64_t next = 1;
};
using Counters = std::map<std::string, std::vector<Counter>, std::less<>>;  // by type

// A number that a row was given, or that its writer took.
struct GivenNumber {
  EntityKey entity;
  std::string field;
  std::int64_t number = 0;
};

}  // namespace slipway::cloud
