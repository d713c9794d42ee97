#include "transport/rest_api.h"

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/check.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "transport/address.h"
#include "transport/problem.h"

namespace slipway {

namespace {

constexpr std::array reserved_names = {"id",   "clientRequestId", "action", "version", "row",
                                       "page", "offset",          "after",  "limit",   "since"};

bool replaces_the_row(const RestRequest& request) {
  return request.method == "PUT" && !request.partial;
}

void set_at_place(json::object& object, std::string_view place, json::value value) {
  const auto dot = place.find('.');
  if (dot == place.npos) {
    object[place] = std::move(value);
    return;
  }
  json::value& inner = object[place.substr(0, dot)];
  if (!inner.is_object()) inner = json::object();
  set_at_place(inner.get_object(), place.substr(dot + 1), std::move(value));
}

// What an entry writes, in the words of the API; a whole row where the method replaces one.
json::object written_row(const RestEntity& entity, const RestRequest& request,
                         const RestWrite& write, const RestState& current) {
  json::object payload = write.body.payload;
  if (write.body.op == Op::create) {
    for (const std::string& field : entity.assigned) payload.erase(field);
  }
  json::object row = replaces_the_row(request) ? current.row : json::object();
  for (const auto& [here, value] : payload) {
    const auto named = entity.fields.find(std::string(here));
    set_at_place(row, named == entity.fields.end() ? here : json::string_view(named->second),
                 value);
  }
  return row;
}

json::object names_of(const RestEntity& entity, const RestRequest& request, const RestWrite& write,
                      const RestState& current, bool for_path) {
  json::object names;
  const auto take = [&](const json::object& fields) {
    for (const auto& member : fields) names.insert_or_assign(member.key(), member.value());
  };
  if (for_path) take(write.body.base);
  if (for_path || replaces_the_row(request)) take(row_here(entity, current.row));
  take(write.body.payload);
  names["id"] = write.body.entity.id;
  names["clientRequestId"] = write.root_id;
  names["action"] = write.body.action;
  names["row"] = written_row(entity, request, write, current);
  names.erase("version");
  if (!entity.version.empty()) {
    if (const json::value* version = at_place(current.row, entity.version))
      names["version"] = *version;
  }
  return names;
}

json::object body_of(const RestEntity& entity, const RestRequest& request, const RestWrite& write,
                     const RestState& current) {
  const json::object names = names_of(entity, request, write, current, false);
  const TemplateValues values = [&](std::string_view name) { return find(names, name); };
  json::value body = fill_body(request.body.value_or(json::value("{row}")), values);
  json::object object = body.is_object() ? std::move(body.get_object()) : json::object();
  const json::value added = fill_body(request.add, values);
  for (const auto& member : added.get_object())
    object.insert_or_assign(member.key(), member.value());
  return object;
}

bool has_body(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

// The server failed, or something between us and it: what it did before nobody knows.
bool leaves_doubt(const Failure& failure) {
  if (failure.means == FailureClass::unreachable) return true;
  return failure.status >= 500 && failure.status != 503;
}

}  // namespace

bool is_reserved_name(std::string_view name) {
  return std::ranges::find(reserved_names, name) != reserved_names.end();
}

std::optional<RestStatus> rest_status_from_text(std::string_view text) {
  using enum RestStatus;
  static const std::map<std::string_view, RestStatus> words = {
      {"done", done},          {"busy", busy},
      {"conflict", conflict},  {"gone", gone},
      {"invalid", invalid},    {"forbidden", forbidden},
      {"unknown", unknown},    {"signed-out", signed_out},
      {"duplicate", duplicate}};
  const auto found = words.find(text);
  return found == words.end() ? std::nullopt : std::optional(found->second);
}

bool RestApi::has_lists() const {
  return std::ranges::any_of(entities, [](const auto& e) { return bool(e.second.list.request); });
}

std::vector<NamedField> named_fields(const RestEntity& entity) {
  std::vector<NamedField> fields;
  for (const auto& [here, there] : entity.fields) fields.push_back({here, entity.where});
  for (const RestRequest* request :
       {&entity.create, &entity.get, &entity.update, &entity.remove, &entity.lookup}) {
    std::vector<std::string> names;
    for (const json::value& part : {json::value(request->path), request->body.value_or(nullptr),
                                    json::value(request->add), json::value(request->query)}) {
      auto found = names_in(part);
      CHECK(found.has_value());
      names.insert(names.end(), found->begin(), found->end());
    }
    for (std::string& name : names)
      if (!is_reserved_name(name)) fields.push_back({std::move(name), request->where});
  }
  return fields;
}

const json::value* at_place(const json::value& value, std::string_view place) {
  if (place.empty()) return &value;
  return value.is_object() ? at_place(value.get_object(), place) : nullptr;
}

const json::value* at_place(const json::object& row, std::string_view place) {
  const auto dot = std::min(place.find('.'), place.size());
  const json::value* value = find(row, place.substr(0, dot));
  return value && dot < place.size() ? at_place(*value, place.substr(dot + 1)) : value;
}

std::optional<json::object> row_in(const RestEntity& entity, const json::value& answer) {
  const json::value* row = at_place(answer, entity.row);
  return row && row->is_object() ? std::optional(row->get_object()) : std::nullopt;
}

std::optional<std::vector<json::object>> rows_in(std::string_view place,
                                                 const json::value& answer) {
  const json::value* list = at_place(answer, place);
  if (!list || !list->is_array()) return std::nullopt;
  std::vector<json::object> rows;
  for (const json::value& row : list->get_array()) {
    if (!row.is_object()) return std::nullopt;
    rows.push_back(row.get_object());
  }
  return rows;
}

std::optional<json::value> id_there(const RestEntity& entity, const json::object& row) {
  const json::value* id = at_place(row, entity.id);
  const bool usable = id && (id->is_int64() || (id->is_string() && !id->get_string().empty()));
  return usable ? std::optional(*id) : std::nullopt;
}

bool is_deleted_there(const RestEntity& entity, const json::object& row) {
  const json::value* mark = entity.deleted.empty() ? nullptr : at_place(row, entity.deleted);
  return mark && !mark->is_null() && *mark != json::value(false);
}

json::object row_here(const RestEntity& entity, json::object row) {
  json::object renamed;
  for (const auto& [here, there] : entity.fields) {
    if (const json::value* value = at_place(row, there)) renamed[here] = *value;
  }
  for (const auto& [here, there] : entity.fields) row.erase(there);
  for (const auto& member : renamed) row.insert_or_assign(member.key(), member.value());
  return row;
}

json::object fields_there(const RestEntity& entity, const json::object& fields) {
  json::object there;
  for (const auto& member : fields) {
    const auto named = entity.fields.find(std::string(member.key()));
    set_at_place(there,
                 named == entity.fields.end() ? member.key() : json::string_view(named->second),
                 member.value());
  }
  return there;
}

bool writes_over_rows(const RestRequest& create) {
  return create.method == "PUT";
}

json::object marks_of(const RestEntity& entity, const RestWrite& write) {
  json::object marks;
  const json::object sent = body_of(entity, entity.create, write, {});
  const auto take = [&](const json::object& templates) {
    for (const auto& member : templates) {
      const auto names = names_in(member.value());
      const bool marks_it = names && std::ranges::any_of(*names, [](const std::string& name) {
                              return name == "id" || name == "clientRequestId";
                            });
      if (const json::value* value = marks_it ? find(sent, member.key()) : nullptr)
        marks[member.key()] = *value;
    }
  };
  if (entity.create.body && entity.create.body->is_object()) take(entity.create.body->get_object());
  take(entity.create.add);
  return marks;
}

Result<std::string> rest_path(const RestRequest& request, const TemplateValues& values) {
  auto path = fill_path(request.path, values);
  if (!path || request.query.empty()) return path;
  const auto query = fill_query(request.query, values);
  if (!query) return std::unexpected(query.error());
  return *path + (path->find('?') == path->npos ? "?" : "&") + *query;
}

namespace {

// A key belongs to one request: an API that knows it repeats its answer, and refuses another
// request under it. What is sent of an update or a delete depends on the row that was read, so its
// key does, too. A repeat beside the same row has the same one.
std::string idempotency_key(const RestWrite& write, const HttpRequest& sent,
                            const std::string& path, const std::string& version) {
  if (write.body.op == Op::create) return write.key;
  return client_request_id(json::object{{"entry", write.key},
                                        {"request", sent.method + ' ' + path},
                                        {"version", version},
                                        {"body", sent.body}});
}

}  // namespace

Result<HttpRequest> rest_request(const RestApi& api, const RestEntity& entity,
                                 const RestRequest& request, const RestWrite& write,
                                 const RestState& current) {
  const json::object names = names_of(entity, request, write, current, true);
  auto path = rest_path(request, [&](std::string_view name) { return find(names, name); });
  if (!path) return std::unexpected(path.error());
  HttpRequest sent{request.method, join_address(api.url, *path), {{"Accept", "application/json"}}};
  for (const auto& [name, value] : api.headers) sent.headers.emplace_back(name, value);
  if (request.method == "GET") return sent;
  const std::string version = entity.etag ? current.etag : "";
  if (!version.empty()) sent.headers.emplace_back("If-Match", version);
  if (writes_over_rows(request) && write.body.op == Op::create)
    sent.headers.emplace_back("If-None-Match",
                              "*");  // RFC 9110, 13.1.2: only if there is no such row
  sent.once = !api.idempotent && write.body.op == Op::create;
  if (has_body(request.method)) {
    sent.headers.emplace_back("Content-Type", "application/json");
    sent.body = serialize(body_of(entity, request, write, current));
  }
  if (api.idempotent)
    sent.headers.emplace_back(api.idempotency_header, idempotency_key(write, sent, *path, version));
  return sent;
}

std::optional<RestStatus> declared_meaning(const RestApi& api, const HttpAnswer& answer) {
  if (is_html_type(answer.content_type)) return std::nullopt;
  // A row that was done may have a field of the same name, so only what failed is looked into.
  const auto body =
      answer.status >= 300 && !api.errors.code.empty() ? json_body(answer) : std::nullopt;
  const json::value* code = body ? at_place(*body, api.errors.code) : nullptr;
  if (code && (code->is_string() || code->is_number())) {
    const auto meaning = api.errors.means.find(key_text(*code));
    if (meaning != api.errors.means.end()) return meaning->second;
  }
  const auto declared = api.statuses.find(answer.status);
  return declared == api.statuses.end() ? std::nullopt : std::optional(declared->second);
}

namespace {

// What the body says to people, where problem details (RFC 9457) are not what the API speaks.
void add_text(const RestApi& api, const HttpAnswer& answer, Failure& failure) {
  const auto body = api.errors.text.empty() ? std::nullopt : json_body(answer);
  const json::value* text = body ? at_place(*body, api.errors.text) : nullptr;
  if (text && text->is_string() && !text->get_string().empty())
    failure.message += " It says: " + readable_line(text->get_string());
}

}  // namespace

std::optional<Failure> rest_failure(const RestApi& api, const HttpAnswer& answer,
                                    const std::string& peer) {
  const bool trusted = !is_html_type(answer.content_type);
  const auto meaning = declared_meaning(api, answer);
  if (meaning == RestStatus::done) return std::nullopt;
  if (!meaning && trusted && answer.status >= 200 && answer.status < 300) return std::nullopt;
  Failure failure = failure_of(answer, "", trusted, peer);
  add_text(api, answer, failure);
  failure.without_effect = !leaves_doubt(failure);
  if (!meaning) return failure;
  switch (*meaning) {
    case RestStatus::busy:
      failure.means = FailureClass::busy;
      break;
    case RestStatus::conflict:
      failure.means = FailureClass::conflict;
      break;
    case RestStatus::gone:
      failure.means = FailureClass::gone;
      break;
    case RestStatus::invalid:
      failure.means = FailureClass::invalid;
      break;
    case RestStatus::forbidden:
      failure.means = FailureClass::forbidden;
      break;
    case RestStatus::signed_out:
      failure.means = FailureClass::signed_out;
      break;
    default:
      failure.means = FailureClass::server_error;
  }
  failure.without_effect = *meaning != RestStatus::unknown && *meaning != RestStatus::duplicate;
  return failure;
}

std::optional<json::value> created_id(const RestEntity& entity, const HttpAnswer& answer) {
  if (const auto body = json_body(answer)) {
    const auto row = row_in(entity, *body);
    if (auto id = row ? id_there(entity, *row) : std::nullopt) return id;
  }
  std::string_view path = answer.header("Location");
  path = path.substr(0, path.find_first_of("?#"));
  const auto slash = path.rfind('/');
  if (slash == path.npos || slash + 1 == path.size()) return std::nullopt;
  std::string id = percent_decoded(path.substr(slash + 1));
  if (!is_utf8(id)) return std::nullopt;  // no text: it could not be kept
  return json::value(std::move(id));
}

}  // namespace slipway
