#include "hosted_api.h"

#include "model/canonical_json.h"
#include "transport/address.h"

namespace slipway::sim {

namespace {

constexpr int page_rows_max = 3;
const std::string origin = "https://api.example";

HttpAnswer said(int status, const json::value& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.content_type = "application/json";
  answer.body = json::serialize(body);
  return answer;
}

std::map<std::string, std::string> query_of(std::string_view target) {
  std::map<std::string, std::string> query;
  const auto mark = target.find('?');
  for (std::string_view rest = mark == target.npos ? "" : target.substr(mark + 1); !rest.empty();) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view one = rest.substr(0, end);
    const auto equals = std::min(one.find('='), one.size());
    query[std::string(one.substr(0, equals))] =
        equals == one.size() ? "" : percent_decoded(one.substr(equals + 1));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return query;
}

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

std::string etag_of(std::int64_t version) {
  return '"' + std::to_string(version) + '"';
}

}  // namespace

RestApi HostedApi::declared(Lookup lookup) {
  const std::string mark = lookup == Lookup::by_write ? "{clientRequestId}" : "{id}";
  RestApi api;
  api.url = origin;
  RestEntity& parent = api.entities["Parent"];
  parent.create = {.method = "POST", .path = "/parents", .add = {{"ref", mark}}};
  parent.get = {.method = "GET", .path = "/parents/{id}"};
  parent.update = {.method = "PATCH", .path = "/parents/{id}"};
  parent.remove = {.method = "DELETE", .path = "/parents/{id}"};
  if (lookup != Lookup::none) parent.lookup = {.method = "GET", .path = "/parents?ref=" + mark};
  parent.list.request = {.method = "GET", .path = "/parents?after={after}&limit={limit}"};
  parent.list.first_after = 0;
  parent.list.page_rows = page_rows_max;
  parent.changes = parent.list;
  parent.changes.request.path += "&since={since}";
  parent.changes.since = "updatedAt";
  parent.id = "id";
  parent.etag = true;
  parent.assigned = {"id"};
  return api;
}

HttpAnswer HostedApi::answer(const HttpRequest& request) {
  const std::string target = request.url.substr(origin.size());
  const std::string path = target.substr(0, target.find('?'));
  if (path == "/parents" && request.method == "GET") return list(query_of(target));
  if (path == "/parents") return create(parse_json_object(request.body, "a request").value());
  const auto number = parse_json(path.substr(path.rfind('/') + 1), "an id");
  const std::int64_t id = number && number->is_int64() ? number->get_int64() : 0;
  const auto row = rows_.find(id);
  if (row == rows_.end()) return said(404, json::object{{"error", "There is no such row."}});
  if (request.method != "GET") return change(id, request);
  HttpAnswer answer = said(200, shown(id, row->second));
  answer.headers.emplace_back("ETag", etag_of(row->second.version));
  return answer;
}

json::object HostedApi::shown(std::int64_t id, const Row& row) const {
  json::object all = row.values;
  all["id"] = id;
  all["updatedAt"] = row.updated_at;
  return all;
}

// Several writes may come at one moment of its clock.
HostedApi::Row& HostedApi::touch(std::int64_t id) {
  if (random_.chance(1, 2)) ++clock_;
  Row& row = rows_[id];
  ++row.version;
  row.updated_at = clock_;
  return row;
}

HttpAnswer HostedApi::create(const json::object& values) {
  const std::int64_t id = next_id_++;
  Row& row = touch(id);
  row.values = values;
  ids_[row.name()] = id;
  if (++created_[row.name()] > 1)
    run_.violated("I30", "“" + row.name() + "” was created twice at a hosted API");
  return said(201, shown(id, row));
}

HttpAnswer HostedApi::change(std::int64_t id, const HttpRequest& request) {
  const Row& before = rows_.at(id);
  if (header_of(request, "If-Match") != etag_of(before.version)) {
    run_.seen("a hosted API refuses a stale write");
    return said(412, json::object{{"error", "It has changed."}});
  }
  if (request.method == "DELETE") {
    rows_.erase(id);
    return said(200, json::object());
  }
  const json::object values = parse_json_object(request.body, "a request").value();
  if (const json::value* name = find(values, "name")) {
    const std::string now = before.name(), written = key_text(*name);
    if (now != written && !seen_by_[written].contains(now))
      run_.violated("I30", "“" + written + "” overwrote “" + now +
                               "” at a hosted API, which its writer had not seen");
    ++changed_[written];
  }
  Row& row = touch(id);
  for (const auto& member : values) row.values.insert_or_assign(member.key(), member.value());
  return said(200, shown(id, row));
}

HttpAnswer HostedApi::list(const std::map<std::string, std::string>& query) const {
  const auto number = [&](const char* name) {
    const auto found = query.find(name);
    return found == query.end() ? 0 : std::stoll(found->second);
  };
  const auto mark = query.find("ref");
  json::array page;
  for (const auto& [id, row] : rows_) {
    if (id <= number("after") || row.updated_at < number("since")) continue;
    const json::value* ref = find(row.values, "ref");
    if (mark != query.end() && (!ref || *ref != json::value(mark->second))) continue;
    if (page.size() < page_rows_max) page.push_back(shown(id, row));
  }
  return said(200, page);
}

std::int64_t HostedApi::some_row() {
  auto row = rows_.begin();
  std::advance(row, std::int64_t(random_.below(rows_.size())));
  return row->first;
}

void HostedApi::create(const std::string& name) {
  create(json::object{{"name", name}});
}

void HostedApi::edit(const std::string& name) {
  if (rows_.empty()) return;
  touch(some_row()).values["name"] = name;
  run_.seen("a row is edited at a hosted API itself");
}

void HostedApi::remove(const std::set<std::string>& looked_for) {
  if (rows_.empty()) return;
  const std::int64_t id = some_row();
  const json::value* mark = find(rows_.at(id).values, "ref");
  if (mark && looked_for.contains(key_text(*mark))) return;
  rows_.erase(id);
  run_.seen("a row is deleted at a hosted API itself");
}

std::optional<std::int64_t> HostedApi::id_of(const std::string& name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::map<std::string, std::string> HostedApi::names() const {
  std::map<std::string, std::string> names;
  for (const auto& [id, row] : rows_) names[std::to_string(id)] = row.name();
  return names;
}

}  // namespace slipway::sim
