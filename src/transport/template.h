// Texts with names in braces: "/customers/{id}/notes?by={author}".
//
//   {name}    the value of that name. {{ and }} are braces of the text itself.
//
// In a path every value is percent-encoded: all but letters, digits and - . _ ~ (RFC 3986, 2.3), so
// no value can add a segment or a parameter. What stands outside of braces is sent as written.
// In a body (JSON, its texts are templates) a text that is one name and nothing else becomes the
// value itself, with its type; a member whose only name has no value is left out.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"

namespace slipway {

struct TemplatePiece {
  std::string text;
  bool is_name = false;
  friend bool operator==(const TemplatePiece&, const TemplatePiece&) = default;
};

// Errors "bad-template": a brace that is not closed or not opened, a name that is none.
Result<std::vector<TemplatePiece>> parse_template(std::string_view text);

// Of a path, beyond that: it begins with "/", and outside of braces there is nothing that a URL may
// not hold as it is (RFC 3986: no space, quote, # or control character, nothing beyond ASCII).
Result<std::vector<TemplatePiece>> parse_path_template(std::string_view text);

// The names in a text, or in all texts of a body.
Result<std::vector<std::string>> names_in(const json::value& body);

// nullptr: the name has no value.
using TemplateValues = std::function<const json::value*(std::string_view name)>;

// Error "no-value" names what a path needs and has not: an absent value, null, a list, an object.
Result<std::string> fill_path(std::string_view path, const TemplateValues& values);

// The part of an address after "?": a text is a template; a table or a list is sent as JSON, so
// that no value can get out of its place in it. Error "no-value" as in a path, but a text may be
// empty.
Result<std::string> fill_query(const json::object& query, const TemplateValues& values);

// The templates must have been parsed before.
json::value fill_body(const json::value& body, const TemplateValues& values);

}  // namespace slipway
