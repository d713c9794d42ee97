#include "cloud/entity_write.h"

#include <algorithm>

#include "cloud/limits.h"
#include "cloud/tokens.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"

namespace slipway::cloud {

namespace {

constexpr unsigned bad_request = 400, unsupported_media_type = 415, unprocessable = 422,
                   precondition_required = 428;
constexpr const char* nothing_done = "Nothing was done. ";
constexpr const char* key_example =
    "for example Idempotency-Key: \"8e03978e-40d5-43dd-bc93-6894a57f9324\"";

std::unexpected<Refusal> refuse(unsigned status, std::string type, std::string message,
                                const std::string& hint, std::string field = {}) {
  return std::unexpected(
      http::problem(status, {ErrorKind::invalid, std::move(type), std::move(message),
                             nothing_done + hint, std::move(field)}));
}

std::vector<std::string_view> headers_named(const http::Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : request.headers) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

// The text of a structured field string (RFC 8941, 3.3.3), or a word without quotes, which is what
// many clients send.
std::optional<std::string> key_in(std::string_view text) {
  if (!text.starts_with('"')) {
    const bool plain = std::ranges::all_of(text, is_visible) && text.find('"') == text.npos;
    return plain && !text.empty() ? std::optional(std::string(text)) : std::nullopt;
  }
  std::string key;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"')
      return i + 1 == text.size() && !key.empty() ? std::optional(std::move(key)) : std::nullopt;
    const bool escaped = text[i] == '\\' && ++i < text.size();
    const bool fits =
        escaped ? text[i] == '"' || text[i] == '\\' : text[i] == ' ' || is_visible(text[i]);
    if (i >= text.size() || !fits) return std::nullopt;
    key += text[i];
  }
  return std::nullopt;
}

std::expected<std::optional<std::string>, Refusal> idempotency_key(const http::Request& request) {
  const auto headers = headers_named(request, "idempotency-key");
  if (headers.empty()) return std::nullopt;
  auto key = headers.size() == 1 ? key_in(trimmed(headers[0])) : std::nullopt;
  if (!key || key->size() > idempotency_key_bytes_max) {
    return refuse(bad_request, "invalid-idempotency-key",
                  "Idempotency-Key must be one text of 1 to " +
                      std::to_string(idempotency_key_bytes_max) + " printable ASCII characters",
                  "Send one, " + std::string(key_example) + ".", "Idempotency-Key");
  }
  return key;
}

std::expected<std::string, Refusal> need_key(const http::Request& request) {
  auto key = idempotency_key(request);
  if (!key) return std::unexpected(std::move(key.error()));
  if (*key) return std::move(**key);
  return refuse(bad_request, "idempotency-key-missing",
                request.method + " needs an Idempotency-Key, so that it can be repeated safely",
                "Send a new one with each write and the same one with each repeat, " +
                    std::string(key_example) + ".",
                "Idempotency-Key");
}

std::optional<Version> newest_version(const std::vector<std::string>& tags) {
  std::optional<Version> newest;
  for (const std::string& tag : tags) {
    const auto version = version_from_text(tag);
    if (version && (!newest || version->seq > newest->seq)) newest = *version;
  }
  return newest;
}

// The version that the client saw. Of several the newest: who has seen it has seen the others. What
// is no version of any cloud's counts as commit 0, which made no row.
std::expected<std::optional<Version>, Refusal> seen_version(const http::Request& request) {
  const auto tags = tags_in(request, "if-match");
  if (!tags) return std::unexpected(tags.error());
  if (!*tags) return std::nullopt;
  if ((*tags)->any) {
    return refuse(precondition_required, "precondition-required",
                  "If-Match: * would overwrite what you have not seen",
                  "Name the version that you saw: the ETag with which the row was read.",
                  "If-Match");
  }
  return newest_version((*tags)->strong).value_or(Version{});
}

std::expected<Version, Refusal> need_version(const http::Request& request) {
  auto seen = seen_version(request);
  if (!seen) return std::unexpected(std::move(seen.error()));
  if (*seen) return std::move(**seen);
  return refuse(precondition_required, "precondition-required",
                request.method + " needs If-Match, so that nobody's change is overwritten unseen",
                "Read the row, and send its ETag as If-Match.", "If-Match");
}

// "application/json", with or without parameters.
bool is_json(std::string_view content_type) {
  std::string type(trimmed(content_type.substr(0, content_type.find(';'))));
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return type == "application/json";
}

// An integer of more digits than its reader kept: others were put in their place.
std::optional<std::string> rounded_integer(std::string_view text) {
  constexpr std::string_view of_numbers = "+-.0123456789Ee";
  constexpr std::size_t always_kept = 15;  // digits
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    if (in_string || of_numbers.find(text[i]) == of_numbers.npos) continue;
    const std::size_t end = std::min(text.find_first_not_of(of_numbers, i), text.size());
    const std::string number(text.substr(i, end - i));
    i = end - 1;
    const bool is_integer = number.find_first_of("+.eE") == number.npos;
    if (!is_integer || number.size() <= always_kept) continue;
    const auto read = parse_json(number, "a number");
    if (read && canonical_json(*read) != number) return number;
  }
  return std::nullopt;
}

std::expected<json::object, Refusal> body_of(const http::Request& request,
                                             const std::vector<std::string_view>& members) {
  if (!is_json(request.header("content-type"))) {
    auto refused = refuse(
        unsupported_media_type, "unsupported-media-type", "The body must be application/json",
        "Say so in Content-Type; fields are given as {\"values\": {…}}.", "Content-Type");
    refused.error().headers.emplace_back(request.method == "PATCH" ? "Accept-Patch" : "Accept-Post",
                                         "application/json");
    return refused;
  }
  auto object = parse_json_object(request.body, "the request body");
  if (!object) return std::unexpected(http::problem(bad_request, object.error()));
  if (const auto number = rounded_integer(request.body)) {
    return refuse(unprocessable, "invalid-values",
                  *number + " is an integer beyond 2^53 - 1, which not every reader keeps",
                  "Send it as text.", "values");
  }
  for (const auto& member : *object) {
    if (std::ranges::find(members, std::string_view(member.key())) == members.end()) {
      return refuse(unprocessable, "unknown-member",
                    "“" + std::string(member.key()) + "” is no part of this request",
                    "The row's fields belong inside of \"values\".", std::string(member.key()));
    }
  }
  return std::move(*object);
}

// Where a number cannot be kept exactly by every reader (model/json.h).
bool has_inexact_number(const json::value& value) {
  if (value.is_uint64()) return true;
  if (value.is_int64())
    return value.get_int64() > json_integer_max || value.get_int64() < -json_integer_max;
  const auto inside = [](const auto& member) {
    if constexpr (requires { member.value(); })
      return has_inexact_number(member.value());
    else
      return has_inexact_number(member);
  };
  if (value.is_array()) return std::ranges::any_of(value.get_array(), inside);
  return value.is_object() && std::ranges::any_of(value.get_object(), inside);
}

std::expected<json::object, Refusal> values_in(const json::object& body) {
  const json::value* values = find(body, "values");
  if (!values || !values->is_object() || values->get_object().empty()) {
    return refuse(unprocessable, "invalid-values",
                  "\"values\" must be an object with at least one field of the row",
                  "For example {\"values\": {\"status\": \"booked\"}}.", "values");
  }
  for (const auto& member : values->get_object()) {
    const std::string field = "values." + std::string(member.key());
    if (is_deeper_than(member.value(), json_field_depth_max)) {
      return refuse(
          unprocessable, "invalid-values",
          field + " is nested in more than " + std::to_string(json_field_depth_max) + " levels",
          "Make it flatter.", field);
    }
    if (has_inexact_number(member.value())) {
      return refuse(unprocessable, "invalid-values",
                    field + " holds an integer beyond 2^53 - 1, which not every reader keeps",
                    "Send it as text.", field);
    }
  }
  return values->get_object();
}

// Type and id are text that every part of the system can keep and people can be shown.
std::optional<Refusal> check_name(std::string_view what, std::string_view name) {
  const std::string field(what);
  if (name.empty() || name.size() > entity_name_bytes_max) {
    return refuse(unprocessable, "invalid-name",
                  "“" + field + "” must have 1 to " + std::to_string(entity_name_bytes_max) +
                      " bytes; it has " + std::to_string(name.size()),
                  "Check the address.", field)
        .error();
  }
  if (http::to_valid_utf8(name) == name) return std::nullopt;
  return refuse(unprocessable, "invalid-name", "“" + field + "” is no UTF-8",
                "An id that is no text is written as {\"$text\": base64}.", field)
      .error();
}

bool is_value_of(const json::object& values, const json::value& wanted) {
  return std::ranges::any_of(
      values, [&](const auto& member) { return same_value(member.value(), wanted); });
}

// Whether the row's own fields name it: one of them is the id, or each part of a composite id is
// one. Which fields make up a key is not known here.
bool holds_its_key(const json::object& values, const std::string& id) {
  const auto is_id = [&](const auto& member) { return key_text(member.value()) == id; };
  if (std::ranges::any_of(values, is_id)) return true;
  const auto parts = id.starts_with('[') ? parse_json(id, "an id") : json::value(nullptr);
  return parts && parts->is_array() && !parts->get_array().empty() &&
         std::ranges::all_of(parts->get_array(),
                             [&](const json::value& part) { return is_value_of(values, part); });
}

std::optional<Refusal> refused_none_match(const http::Request& request) {
  const auto tags = tags_in(request, "if-none-match");
  if (!tags) return tags.error();
  if (!*tags || (*tags)->any) return std::nullopt;  // "*": only if there is no such row, as always
  return refuse(bad_request, "invalid-header", "A create understands If-None-Match: * only",
                "Leave it out: an existing row is never overwritten.", "If-None-Match")
      .error();
}

}  // namespace

std::string etag_of(const Version& version) {
  return "\"" + to_text(version) + "\"";
}

std::expected<std::optional<EntityTags>, Refusal> tags_in(const http::Request& request,
                                                          std::string_view lower_case_name) {
  const auto bad = [&] {
    const std::string name = lower_case_name == "if-match" ? "If-Match" : "If-None-Match";
    return refuse(bad_request, "invalid-header", name + " must be a list of ETags, or *",
                  "An ETag is a text in double quotes, as it came with the row.", name);
  };
  const auto headers = headers_named(request, lower_case_name);
  if (headers.empty()) return std::nullopt;
  EntityTags tags;
  std::string all;
  for (const std::string_view value : headers) all += (all.empty() ? "" : ",") + std::string(value);
  std::string_view rest = trimmed(all);
  if (rest == "*") return tags.any = true, tags;
  while (!rest.empty()) {
    const bool weak = rest.starts_with("W/");
    if (weak) rest.remove_prefix(2);
    const std::size_t end = rest.starts_with('"') ? rest.find('"', 1) : rest.npos;
    if (end == rest.npos) return bad();
    (weak ? tags.weak : tags.strong).emplace_back(rest.substr(1, end - 1));
    rest = trimmed(rest.substr(end + 1));
    if (rest.empty()) break;
    if (!rest.starts_with(',')) return bad();
    while (rest.starts_with(',')) rest = trimmed(rest.substr(1));  // empty elements are allowed
  }
  if (tags.strong.empty() && tags.weak.empty()) return bad();
  return tags;
}

std::expected<EntityKey, Refusal> entity_named(const http::Request& request) {
  EntityKey key{request.params.at("type"), {}};
  if (auto refused = check_name("type", key.type)) return std::unexpected(std::move(*refused));
  const auto id = request.params.find("id");
  if (id == request.params.end()) return key;
  key.id = id->second;
  if (auto refused = check_name("id", key.id)) return std::unexpected(std::move(*refused));
  return key;
}

std::expected<EntityWrite, Refusal> read_create(const http::Request& request) {
  auto key = entity_named(request);
  if (!key) return std::unexpected(std::move(key.error()));
  auto idempotency = need_key(request);
  if (!idempotency) return std::unexpected(std::move(idempotency.error()));
  if (auto refused = refused_none_match(request)) return std::unexpected(std::move(*refused));
  auto seen = seen_version(request);  // of a deleted row that is to be made again
  if (!seen) return std::unexpected(std::move(seen.error()));
  const auto body = body_of(request, {"entityId", "values"});
  if (!body) return std::unexpected(body.error());
  const auto id = text_at(*body, "entityId");
  if (!id) {
    return refuse(unprocessable, "invalid-name", "“entityId” must be a text: the new row's id",
                  "Make one up, a UUID for example. It stands in the row's key field, too.",
                  "entityId");
  }
  if (auto refused = check_name("entityId", *id)) return std::unexpected(std::move(*refused));
  auto values = values_in(*body);
  if (!values) return std::unexpected(std::move(values.error()));
  key->id = *id;
  if (!holds_its_key(*values, key->id)) {
    return refuse(unprocessable, "key-missing", "None of the values is the row's id, " + key->id,
                  "Devices keep rows by their key fields: give them, too, for example "
                  "{\"entityId\": \"c1\", \"values\": {\"id\": \"c1\", …}}.",
                  "values");
  }
  return EntityWrite{std::move(*key), Op::create, std::move(*values), std::move(*seen),
                     std::move(*idempotency)};
}

std::expected<EntityWrite, Refusal> read_patch(const http::Request& request) {
  auto key = entity_named(request);
  if (!key) return std::unexpected(std::move(key.error()));
  auto idempotency = need_key(request);
  if (!idempotency) return std::unexpected(std::move(idempotency.error()));
  auto seen = need_version(request);
  if (!seen) return std::unexpected(std::move(seen.error()));
  const auto body = body_of(request, {"values"});
  if (!body) return std::unexpected(body.error());
  auto values = values_in(*body);
  if (!values) return std::unexpected(std::move(values.error()));
  return EntityWrite{std::move(*key), Op::update, std::move(*values), std::move(*seen),
                     std::move(*idempotency)};
}

// To delete the same version of the same row is one request, however often it is sent.
std::expected<EntityWrite, Refusal> read_delete(const http::Request& request) {
  auto key = entity_named(request);
  if (!key) return std::unexpected(std::move(key.error()));
  auto idempotency = idempotency_key(request);
  if (!idempotency) return std::unexpected(std::move(idempotency.error()));
  auto seen = need_version(request);
  if (!seen) return std::unexpected(std::move(seen.error()));
  std::string word = *idempotency ? std::move(**idempotency)
                                  : "delete\n" + key->type + "\n" + key->id + "\n" + to_text(*seen);
  return EntityWrite{std::move(*key), Op::remove, {}, std::move(*seen), std::move(word)};
}

std::optional<Refusal> check_against(const EntityWrite& write, const json::object& row) {
  json::object patched = row;
  for (const auto& member : write.values) {
    if (!find(row, member.key())) {
      std::string known;
      for (const auto& field : row) known += (known.empty() ? "" : ", ") + std::string(field.key());
      const std::string name = to_text(write.entity), field(member.key());
      return refuse(unprocessable, "unknown-field", name + " has no field “" + field + "”",
                    "Its fields are: " + known + ".", "values." + field)
          .error();
    }
    patched[member.key()] = member.value();
  }
  if (!holds_its_key(row, write.entity.id) || holds_its_key(patched, write.entity.id))
    return std::nullopt;
  return refuse(unprocessable, "key-changed",
                "A row keeps its id: these values would make " + to_text(write.entity) +
                    " another row",
                "Leave the key fields out; create another row if that is what you want.", "values")
      .error();
}

PushRequest to_push(const EntityWrite& write, const std::string& device, const Version& head) {
  const std::string word = digest(device + "\n" + write.key);
  Body body;
  body.entity = write.entity;
  body.action = to_text(write.op);
  body.op = write.op;
  body.payload = write.values;
  body.base_versions["*"] = to_json(write.seen);
  body.lane_position = 1;
  body.incarnation = "rest-" + word;
  body.number = 1;
  body.nonce = word.substr(0, 32);
  PushItem item;
  item.write = to_json(body);
  item.id = client_request_id(*item.write);
  PushRequest push{"", device, head, {}, {std::move(item)}};
  push.rules[write.entity.type] = {Rule::manual, Scope::row, {}};
  push.once = body.incarnation;
  push.exact = true;
  return push;
}

}  // namespace slipway::cloud
