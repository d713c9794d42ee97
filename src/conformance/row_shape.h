// What the kit may write to.
#pragma once

#include <string>

#include "model/json.h"

namespace slipway::conformance {

// Rows of one type, whose key field is a text that the kit makes up, and two fields of text that it
// changes.
struct RowShape {
  std::string type = "ConformanceCheck";
  std::string key_field = "id";
  std::string first_field = "name", second_field = "note";
  json::object more = {};  // what a row needs beside them

  json::object row(const std::string& id, const std::string& text) const {
    json::object values = more;
    values[key_field] = id;
    values[first_field] = text;
    values[second_field] = "made by the conformance check";
    return values;
  }
};

}  // namespace slipway::conformance
