#include "transport/template.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "model/canonical_json.h"
#include "transport/address.h"

namespace slipway {

namespace {

std::unexpected<Error> bad(std::string_view text, const std::string& why) {
  return fail(ErrorKind::invalid, "bad-template", "“" + std::string(text) + "”: " + why,
              "A name stands in braces, as in /customers/{id}; {{ and }} are braces themselves.");
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

bool may_stand_in_a_url(char c) {
  constexpr std::string_view marks = "-._~:/?[]@!$&'()*+,;=%";  // unreserved and reserved, no '#'
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         marks.find(c) != marks.npos;
}

std::vector<TemplatePiece> parsed(std::string_view text) {
  auto pieces = parse_template(text);
  CHECK(pieces.has_value());  // the configuration was read by the same function
  return std::move(*pieces);
}

// As it stands in a path or within a longer text; nothing: it has no such form.
std::optional<std::string> text_of(const json::value* value) {
  if (!value || value->is_null() || value->is_structured()) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  return canonical_json(*value);
}

// Nothing: the member is left out.
std::optional<json::value> fill(const json::value& part, const TemplateValues& values) {
  if (const auto* object = part.if_object()) {
    json::object filled;
    for (const auto& member : *object) {
      if (auto value = fill(member.value(), values)) filled[member.key()] = std::move(*value);
    }
    return filled;
  }
  if (const auto* array = part.if_array()) {
    json::array filled;
    for (const json::value& element : *array)
      filled.push_back(fill(element, values).value_or(nullptr));
    return filled;
  }
  if (!part.is_string()) return part;
  const auto pieces = parsed(part.get_string());
  if (pieces.size() == 1 && pieces.front().is_name) {
    const json::value* value = values(pieces.front().text);
    return value ? std::optional(*value) : std::nullopt;
  }
  std::string text;
  for (const TemplatePiece& piece : pieces)
    text += piece.is_name ? text_of(values(piece.text)).value_or("") : piece.text;
  return json::value(text);
}

}  // namespace

Result<std::vector<TemplatePiece>> parse_template(std::string_view text) {
  std::vector<TemplatePiece> pieces;
  std::string literal;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool doubled = at + 1 < text.size() && text[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      ++at;
    } else if (c == '}') {
      return bad(text, "a “}” closes nothing");
    } else if (c == '{') {
      const auto end = text.find('}', at);
      if (end == text.npos) return bad(text, "a “{” is not closed");
      const std::string_view name = text.substr(at + 1, end - at - 1);
      if (!is_name(name)) return bad(text, "“" + std::string(name) + "” is not a name");
      if (!literal.empty()) pieces.push_back({std::exchange(literal, {}), false});
      pieces.push_back({std::string(name), true});
      at = end;
    } else {
      literal += c;
    }
  }
  if (!literal.empty()) pieces.push_back({std::move(literal), false});
  return pieces;
}

Result<std::vector<TemplatePiece>> parse_path_template(std::string_view text) {
  if (!text.starts_with('/')) return bad(text, "a path begins with “/”");
  auto pieces = parse_template(text);
  if (!pieces) return pieces;
  for (const TemplatePiece& piece : *pieces) {
    if (piece.is_name || std::ranges::all_of(piece.text, may_stand_in_a_url)) continue;
    return bad(text, "a character in it must be written percent-encoded (%20 for a space)");
  }
  return pieces;
}

Result<std::vector<std::string>> names_in(const json::value& body) {
  std::vector<std::string> names;
  const auto add = [&](const json::value& part) -> Result<void> {
    auto more = names_in(part);
    if (!more) return std::unexpected(more.error());
    names.insert(names.end(), more->begin(), more->end());
    return {};
  };
  if (const auto* object = body.if_object()) {
    for (const auto& member : *object)
      if (auto added = add(member.value()); !added) return std::unexpected(added.error());
  } else if (const auto* array = body.if_array()) {
    for (const json::value& element : *array)
      if (auto added = add(element); !added) return std::unexpected(added.error());
  } else if (body.is_string()) {
    auto pieces = parse_template(body.get_string());
    if (!pieces) return std::unexpected(pieces.error());
    for (TemplatePiece& piece : *pieces)
      if (piece.is_name) names.push_back(std::move(piece.text));
  }
  return names;
}

Result<std::string> fill_path(std::string_view path, const TemplateValues& values) {
  std::string filled;
  for (const TemplatePiece& piece : parsed(path)) {
    if (!piece.is_name) {
      filled += piece.text;
      continue;
    }
    const auto text = text_of(values(piece.text));
    if (!text || text->empty()) {  // an empty segment would name another resource
      return fail(ErrorKind::invalid, "no-value",
                  "The path " + std::string(path) + " needs {" + piece.text + "}, which is empty");
    }
    filled += percent_encoded(*text);
  }
  return filled;
}

Result<std::string> fill_query(const json::object& query, const TemplateValues& values) {
  std::string filled;
  for (const auto& member : query) {
    const auto names = names_in(member.value());
    CHECK(names.has_value());
    for (const std::string& name : *names) {
      if (text_of(values(name))) continue;
      return fail(
          ErrorKind::invalid, "no-value",
          "The query needs {" + name + "} for “" + std::string(member.key()) + "”, which is empty");
    }
    const json::value value = fill_body(member.value(), values);
    filled += (filled.empty() ? "" : "&") + percent_encoded(member.key()) + "=" +
              percent_encoded(text_of(&value).value_or(serialize(value)));
  }
  return filled;
}

json::value fill_body(const json::value& body, const TemplateValues& values) {
  return fill(body, values).value_or(nullptr);
}

}  // namespace slipway
