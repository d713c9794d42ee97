#include "app/rest_config.h"

#include <algorithm>
#include <charconv>

#include "transport/address.h"

namespace slipway::app {

namespace {

std::unexpected<Error> bad(const std::string& message, std::string hint = {}) {
  if (hint.empty()) hint = "docs/app-developers/rest-target.md has an example of each setting.";
  return fail(ErrorKind::invalid, "invalid-config", message, std::move(hint));
}

// One table of the file, key by key; what no one asked for is refused at the end.
class Section {
 public:
  Section(std::string file, std::string name, toml::node& node)
      : file_(std::move(file)), name_(std::move(name)), table_(node.as_table()), node_(node) {}

  Result<void> check_is_table() const {
    if (table_) return {};
    return bad(at(node_) + ": “" + name_ + "” must be a table: [" + name_ + "]");
  }

  std::string where() const { return at(node_); }
  std::string at(const toml::node& node) const {
    return file_ + ":" + std::to_string(node.source().begin.line);
  }
  std::string path(const std::string& key) const { return name_ + "." + key; }
  const std::string& file() const { return file_; }

  toml::node* take(const std::string& key) {
    known_.push_back(key);
    return table_->get(key);
  }

  std::unexpected<Error> wrong(const std::string& key, const toml::node& value,
                               const std::string& wanted) const {
    return bad(at(value) + ": “" + path(key) + "” must be " + wanted);
  }

  Result<void> text(const std::string& key, std::string& into) {
    toml::node* value = take(key);
    if (!value) return {};
    if (!value->is_string()) return wrong(key, *value, "text");
    into = *value->value<std::string>();
    return {};
  }

  Result<void> boolean(const std::string& key, bool& into) {
    toml::node* value = take(key);
    if (!value) return {};
    if (!value->is_boolean()) return wrong(key, *value, "true or false");
    into = *value->value<bool>();
    return {};
  }

  Result<void> integer(const std::string& key, std::int64_t least, std::int64_t most,
                       std::int64_t& into) {
    toml::node* value = take(key);
    if (!value) return {};
    const auto number = value->is_integer() ? value->value<std::int64_t>() : std::nullopt;
    if (!number || *number < least || *number > most) {
      return wrong(key, *value,
                   "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    into = *number;
    return {};
  }

  Result<void> texts(const std::string& key, std::map<std::string, std::string>& into) {
    toml::node* value = take(key);
    if (!value) return {};
    toml::table* table = value->as_table();
    if (!table) return wrong(key, *value, "a table of texts: { name = \"text\" }");
    for (auto&& [name, inner] : *table) {
      if (!inner.is_string()) return wrong(key + "." + std::string(name.str()), inner, "text");
      into[std::string(name.str())] = *inner.value<std::string>();
    }
    return {};
  }

  Result<void> nothing_else() const {
    for (auto&& [key, value] : *table_) {
      if (std::ranges::find(known_, key.str()) == known_.end()) {
        return bad(at(value) + ": there is no setting “" + path(std::string(key.str())) + "”",
                   "There are: " + join(known_));
      }
    }
    return {};
  }

 private:
  static std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  }

  std::string file_, name_;
  toml::table* table_;
  toml::node& node_;
  std::vector<std::string> known_;
};

// The first of several steps that fails.
template <class... Steps>
Result<void> in_turn(Steps... steps) {
  Result<void> result;
  (void)((result = steps(), result.has_value()) && ...);
  return result;
}

json::value json_of(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    json::object object;
    for (auto&& [key, value] : *table) object[std::string(key.str())] = json_of(value);
    return object;
  }
  if (const auto* array = node.as_array()) {
    json::array list;
    for (const toml::node& element : *array) list.push_back(json_of(element));
    return list;
  }
  if (const auto* text = node.as_string()) return json::value(text->get());
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* truth = node.as_boolean()) return truth->get();
  return nullptr;  // dates: the place of use refuses them by its type
}

using Names = std::vector<std::string_view>;
// What a template may name besides the columns of its table.
const Names row_names = {"id", "clientRequestId", "action", "version"};
const Names body_names = {"id", "clientRequestId", "action", "version", "row"};
const Names list_names = {"page", "offset", "after", "limit"};
const Names changes_names = {"page", "offset", "after", "limit", "since"};

Result<void> check_names(const std::string& where, const std::vector<std::string>& names,
                         const Names& allowed, bool columns_too) {
  for (const std::string& name : names) {
    const bool is_allowed = std::ranges::find(allowed, name) != allowed.end();
    if (is_allowed || (columns_too && !is_reserved_name(name))) continue;
    std::string list;
    for (const std::string_view word : allowed)
      list += (list.empty() ? "{" : ", {") + std::string(word) + "}";
    return bad(where + ": {" + name + "} means nothing here",
               "Names: " + list + (columns_too ? ", and the columns of the table" : ""));
  }
  return {};
}

// "GET /customers/{id}"
Result<void> read_request(const std::string& where, const std::string& key, const std::string& text,
                          const Names& names, bool columns_too, const Names& methods,
                          RestRequest& into) {
  const auto space = text.find(' ');
  into.method = text.substr(0, space);
  into.path = space == text.npos ? "" : text.substr(space + 1);
  into.where = where;
  if (std::ranges::find(methods, into.method) == methods.end() || into.path.empty()) {
    std::string list;
    for (const std::string_view word : methods)
      list += (list.empty() ? "" : " or ") + std::string(word);
    return bad(where + ": “" + key + "” must be a method and a path, as in \"" +
               std::string(methods.front()) + " /customers\"; its method is " + list);
  }
  const auto pieces = parse_path_template(into.path);
  if (!pieces)
    return bad(where + ": “" + key + "”: " + pieces.error().message, pieces.error().hint);
  std::vector<std::string> found;
  for (const TemplatePiece& piece : *pieces)
    if (piece.is_name) found.push_back(piece.text);
  return check_names(where, found, names, columns_too);
}

Result<void> read_template(const Section& section, const std::string& key, const toml::node& value,
                           const Names& allowed, bool columns_too, json::value& into) {
  into = json_of(value);
  if (!into.is_object()) return section.wrong(key, value, "a table: { name = \"{name}\" }");
  const auto names = names_in(into);
  if (!names) {
    return bad(section.at(value) + ": “" + section.path(key) + "”: " + names.error().message,
               names.error().hint);
  }
  return check_names(section.at(value), *names, allowed, columns_too);
}

Result<void> read_query(Section& section, const Names& allowed, bool columns_too,
                        json::object& into) {
  const toml::node* query = section.take("query");
  if (!query) return {};
  json::value read;
  if (auto done = read_template(section, "query", *query, allowed, columns_too, read); !done)
    return done;
  into = std::move(read.get_object());
  return {};
}

// A request of one row: a text, or a table with `request`, `body` and `add`.
Result<void> row_request(Section& entity, const std::string& key, const Names& methods,
                         RestRequest& into) {
  toml::node* value = entity.take(key);
  if (!value) return {};
  if (value->is_string()) {
    return read_request(entity.at(*value), entity.path(key), *value->value<std::string>(),
                        row_names, true, methods, into);
  }
  Section section(entity.file(), entity.path(key), *value);
  if (!value->is_table())
    return entity.wrong(key, *value,
                        "text, as in \"" + std::string(methods.front()) + " /customers\"");
  std::string request;
  if (auto read = section.text("request", request); !read) return read;
  const toml::node* line = section.take("request");
  if (auto read = read_request(line ? section.at(*line) : section.where(), section.path("request"),
                               request, row_names, true, methods, into);
      !read)
    return read;
  if (const toml::node* body = section.take("body")) {
    into.body.emplace();
    if (auto read = read_template(section, "body", *body, body_names, true, *into.body); !read)
      return read;
  }
  if (const toml::node* add = section.take("add")) {
    json::value added;
    if (auto read = read_template(section, "add", *add, body_names, true, added); !read)
      return read;
    into.add = std::move(added.get_object());
  }
  if (auto read = read_query(section, row_names, true, into.query); !read) return read;
  if (auto read = section.boolean("partial", into.partial); !read) return read;
  if (into.partial && into.method != "PUT") {
    return bad(section.where() + ": “" + section.path("partial") + "” is of a PUT only",
               "A PATCH or a POST changes only what it names anyway. Leave it out.");
  }
  return section.nothing_else();
}

Result<void> first_after(Section& list, json::value& into) {
  const toml::node* value = list.take("first_after");
  if (!value) return {};
  if (!value->is_string() && !value->is_integer())
    return list.wrong("first_after", *value, "text or a whole number: less than every id");
  into = json_of(*value);
  return {};
}

Result<void> list_request(Section& entity, const std::string& key, const Names& names,
                          RestList& into) {
  toml::node* value = entity.take(key);
  if (!value) return {};
  const Names get = {"GET"};
  if (value->is_string()) {
    return read_request(entity.at(*value), entity.path(key), *value->value<std::string>(), names,
                        false, get, into.request);
  }
  if (!value->is_table())
    return entity.wrong(key, *value, "text, as in \"GET /customers\", or a table");
  Section section(entity.file(), entity.path(key), *value);
  std::string request;
  if (auto read = section.text("request", request); !read) return read;
  const toml::node* line = section.take("request");
  return in_turn(
      [&] {
        return read_request(line ? section.at(*line) : section.where(), section.path("request"),
                            request, names, false, get, into.request);
      },
      [&] { return read_query(section, names, false, into.request.query); },
      [&] { return section.text("rows", into.rows); },
      [&] { return section.text("next", into.next); },
      [&] { return section.integer("first_page", 0, 1, into.first_page); },
      [&] { return first_after(section, into.first_after); },
      [&] { return section.integer("page_rows", 1, 10'000, into.page_rows); },
      [&] { return key == "changes" ? section.text("since", into.since) : Result<void>(); },
      [&] { return section.nothing_else(); });
}

Result<void> statuses(Section& section, RestApi& api) {
  toml::node* value = section.take("statuses");
  if (!value) return {};
  toml::table* table = value->as_table();
  if (!table) return section.wrong("statuses", *value, "a table: { 423 = \"busy\" }");
  for (auto&& [key, inner] : *table) {
    const std::string_view text = key.str();
    int status = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    const auto meaning = rest_status_from_text(inner.value<std::string>().value_or(""));
    if (error != std::errc{} || end != text.data() + text.size() || status < 200 || status > 599) {
      return bad(section.at(inner) + ": “" + std::string(text) + "” is no status",
                 "A status is a number from 200 to 599.");
    }
    if (!meaning)
      return section.wrong("statuses." + std::string(text), inner, std::string(rest_status_words));
    api.statuses[status] = *meaning;
  }
  return {};
}

// Error bodies of the API's own form: [rest.errors]
Result<void> errors(Section& rest, RestErrors& into) {
  toml::node* value = rest.take("errors");
  if (!value) return {};
  Section section(rest.file(), rest.path("errors"), *value);
  std::map<std::string, std::string> means;
  auto read = in_turn(
      [&] { return section.check_is_table(); }, [&] { return section.text("code", into.code); },
      [&] { return section.text("text", into.text); },
      [&] { return section.texts("means", means); }, [&] { return section.nothing_else(); });
  if (!read) return read;
  for (const auto& [code, text] : means) {
    const auto meaning = rest_status_from_text(text);
    const toml::node& line = *(*(*value->as_table())["means"].as_table())[code].node();
    if (!meaning) return section.wrong("means." + code, line, std::string(rest_status_words));
    if (*meaning == RestStatus::done) {
      return bad(section.at(line) + ": “" + section.path("means." + code) +
                     "” cannot be done: an error has no row to take over",
                 "Where a status means that all is well, say so in [rest.statuses].");
    }
    into.means[code] = *meaning;
  }
  if (!means.empty() && into.code.empty()) {
    return bad(section.where() + ": “" + section.path("means") +
                   "” needs beside it where in a body the code is",
               "For example code = \"code\"");
  }
  return {};
}

// A key that is not sent cannot have come before.
Result<void> check_duplicates(const Section& section, const RestApi& api) {
  const auto is_duplicate = [](const auto& each) { return each.second == RestStatus::duplicate; };
  if (api.idempotent || (std::ranges::none_of(api.statuses, is_duplicate) &&
                         std::ranges::none_of(api.errors.means, is_duplicate)))
    return {};
  return bad(section.where() + ": “duplicate” needs rest.idempotent = true",
             "It means that an idempotency key was received before, so one must be sent.");
}

bool assigns_id(const RestEntity& entity, const std::string& key) {
  return std::ranges::find(entity.assigned, key) != entity.assigned.end();
}

bool carries_a_mark(const RestRequest& create) {
  for (const json::value& part : {create.body.value_or(nullptr), json::value(create.add)}) {
    const auto names = names_in(part);
    for (const std::string& name : names.value_or(std::vector<std::string>()))
      if (name == "id" || name == "clientRequestId") return true;
  }
  return false;
}

Result<void> check_entity(const std::string& type, const RestEntity& entity) {
  const std::string name = "entities." + type + ".rest";
  if ((entity.update || entity.remove) && !entity.get) {
    return bad(entity.where + ": “" + name + "” must declare get beside update and delete",
               "Before it writes, Slipway reads the row, so that nobody's change is overwritten: "
               "get = \"GET /customers/{id}\"");
  }
  if (entity.lookup && !carries_a_mark(entity.create)) {
    return bad(
        entity.lookup.where + ": “" + name + ".lookup” needs something by which it knows the row",
        "Let the create carry it: create = { request = \"POST /customers\", add = { clientRef "
        "= \"{id}\" } }, and look for that field");
  }
  if (entity.changes.request && !entity.list.request) {
    return bad(entity.changes.request.where + ": “" + name + ".changes” needs list beside it",
               "Only a list of every row tells which are gone.");
  }
  if (entity.changes.request && entity.changes.since.empty()) {
    return bad(entity.changes.request.where + ": “" + name +
                   ".changes” must say in since which field {since} is taken from",
               "For example since = \"updatedAt\"");
  }
  if (entity.list.request && !entity.get) {
    return bad(entity.where + ": “" + name + "” must declare get beside list",
               "For example get = \"GET /customers/{id}\"");
  }
  return {};
}

}  // namespace

Result<void> read_rest(const std::string& file, toml::node& node, RestApi& api) {
  Section section(file, "rest", node);
  std::string header = api.idempotency_header;
  auto read = in_turn(
      [&] { return section.check_is_table(); }, [&] { return section.text("url", api.url); },
      [&] { return section.text("health", api.health); },
      [&] { return section.boolean("idempotent", api.idempotent); },
      [&] { return section.text("idempotency_header", header); },
      [&] { return section.texts("headers", api.headers); }, [&] { return statuses(section, api); },
      [&] { return errors(section, api.errors); }, [&] { return section.nothing_else(); },
      [&] { return check_duplicates(section, api); });
  if (!read) return read;
  const auto is_header = [](const std::string& text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != ':'; });
  };
  api.headers.emplace(header, "");
  for (const auto& [name, value] : api.headers) {
    const bool clean = std::ranges::all_of(value, [](char c) { return c >= ' ' && c < '\x7f'; });
    if (!is_header(name) || !clean)
      return bad(section.where() + ": “" + name + "” is no header that can be sent");
  }
  api.headers.erase(header);
  api.idempotency_header = header;
  if (!api.health.empty()) {
    const auto path = parse_path_template(api.health);
    if (!path) return bad(section.where() + ": “rest.health”: " + path.error().message);
    std::vector<std::string> names;
    for (const TemplatePiece& piece : *path)
      if (piece.is_name) names.push_back(piece.text);
    if (!names.empty())
      return bad(section.where() + ": “rest.health” can name nothing, as {" + names.front() + "}");
  }
  return {};
}

Result<void> read_rest_entity(const std::string& file, const std::string& type, toml::node& node,
                              RestApi& api) {
  Section section(file, "entities." + type + ".rest", node);
  RestEntity& entity = api.entities[type];
  if (auto checked = section.check_is_table(); !checked) return checked;
  entity.where = section.where();
  return in_turn(
      [&] {
        return row_request(section, "create", {"POST", "PUT"}, entity.create);
      },
      [&] { return row_request(section, "get", {"GET"}, entity.get); },
      [&] {
        return row_request(section, "update", {"PATCH", "PUT", "POST"}, entity.update);
      },
      [&] {
        return row_request(section, "delete", {"DELETE", "POST"}, entity.remove);
      },
      [&] { return row_request(section, "lookup", {"GET"}, entity.lookup); },
      [&] { return list_request(section, "list", list_names, entity.list); },
      [&] { return list_request(section, "changes", changes_names, entity.changes); },
      [&] { return section.text("id", entity.id); },
      [&] { return section.text("row", entity.row); },
      [&] { return section.text("version", entity.version); },
      [&] { return section.boolean("etag", entity.etag); },
      [&] { return section.text("deleted", entity.deleted); },
      [&] { return section.texts("fields", entity.fields); },
      [&] { return section.nothing_else(); });
}

Result<void> check_rest(RestApi& api, const SyncRules& rules) {
  if (api.url.empty())
    return bad("rest.url is missing",
               "The target “rest” needs it: [rest] url = \"https://api.example.com\"");
  if (auto checked = check_cloud_address(api.url); !checked) return checked;
  if (api.entities.empty()) {
    return bad("No type is declared for the target “rest”",
               "Say how a type is sent: [entities.Customer.rest] create = \"POST /customers\"");
  }
  for (auto& [type, entity] : api.entities) {
    if (auto checked = check_entity(type, entity); !checked) return checked;
    const auto rule = rules.entities.find(type);
    if (rule != rules.entities.end()) entity.assigned = rule->second.assigned;
  }
  return {};
}

Result<void> fit_rest(RestApi& api, const store::Schema& schema) {
  for (auto& [type, entity] : api.entities) {
    const store::Table* table = schema.table(type);
    if (!table) {
      if (entity.id.empty()) entity.id = "id";
      continue;
    }
    if (table->key.size() != 1) {
      return bad(entity.where + ": “" + type + "” has a key of several columns",
                 "The target “rest” names a row by one id. Leave the type out: [entities." + type +
                     "] sync = false");
    }
    for (const NamedField& named : named_fields(entity)) {
      if (table->field(named.field)) continue;
      std::string columns;
      for (const store::Field& field : table->fields)
        columns += (columns.empty() ? "" : ", ") + field.name;
      return bad(named.where + ": {" + named.field + "} is no column of " + type,
                 type + " has " + columns);
    }
    const std::string& key = table->key.front();
    const auto named = entity.fields.find(key);
    if (entity.id.empty()) entity.id = named == entity.fields.end() ? key : named->second;
    if (entity.id != key) entity.fields.emplace(key, entity.id);
    const auto is_id = [](const std::string& path) { return path.find("{id}") != path.npos; };
    if (assigns_id(entity, key) && is_id(entity.create.path)) {
      return bad(entity.create.where +
                     ": {id} cannot stand in the path of a create whose id the API gives",
                 "Leave the id out of the path, or out of [entities." + type + "] assigned");
    }
  }
  return {};
}

}  // namespace slipway::app
