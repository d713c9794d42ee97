// A hosted API as the configuration declares it, and what follows from that alone: requests out of
// entries, rows out of answers. Pure; nothing here speaks to anybody.
//
// "There" is how the API has a row: its field names, its id. "Here" is how this device has it.
// Names of fields are translated here, ids by the store (SyncIdMap) and model/given_ids.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/failure.h"
#include "model/wire.h"
#include "transport/http_client.h"
#include "transport/template.h"

namespace slipway {

struct RestRequest {
  std::string method;                    // GET, POST, PUT, PATCH, DELETE; "": none is declared
  std::string path;                      // a template, see transport/template.h
  std::optional<json::value> body = {};  // a template; nothing: the row
  json::object add = {};                 // a template: what the body holds besides
  json::object query = {};               // a template: parameters behind the path
  bool partial = false;                  // a PUT that changes the fields which it names alone
  std::string where = {};                // "slipway.toml:12", for messages
  explicit operator bool() const { return !method.empty(); }
};

struct RestList {
  RestRequest request;    // names {page}, {offset}, {after}, {limit}; of changes also {since}
  std::string rows = {};  // where in the answer the list is: "data.items"; "": it is the answer
  std::string next = {};  // where the next page is named: "paging.next", or "link": the header
  std::int64_t first_page = 1;   // of {page}
  json::value first_after = "";  // {after} of the first page, which has nothing before it
  std::int64_t page_rows = 100;  // {limit}; the API may give fewer
  std::string since = {};  // the field there whose largest value is {since} of the next asking
};

struct RestEntity {
  RestRequest create, get, update, remove;
  RestRequest lookup;  // GET of a list: the rows there that a create of which nobody knows has made
  RestList list;       // every row
  RestList changes;    // those that changed since; beside `list`
  std::string id = {};       // the field of the id there
  std::string row = {};      // where in an answer the row is: "data"; "": it is the answer
  std::string version = {};  // a field there, as {version} in templates
  bool etag = false;         // ETag of a GET comes back as If-Match
  std::string deleted = {};  // a field there: rows in which it is set do not count
  std::map<std::string, std::string> fields = {};  // here → there, "customer.id" for a nested one
  std::vector<std::string> assigned = {};  // fields here that the API gives: never sent by a create
  std::string where = {};
};

// What a status or an error code says: `done`, those of the failure table that speak of one
// request, and `duplicate`: nothing was done now, because the same idempotency key was received
// before. That does not say that it was done then: such an API notes the key first.
enum class RestStatus {
  done,
  busy,
  conflict,
  gone,
  invalid,
  forbidden,
  signed_out,
  unknown,
  duplicate
};
std::optional<RestStatus> rest_status_from_text(std::string_view text);
inline constexpr std::string_view rest_status_words =
    "done, busy, conflict, gone, invalid, forbidden, signed-out, unknown or duplicate";

// Error bodies of the API's own form, such as {"code": 101, "error": "Object not found."}.
struct RestErrors {
  std::string code = {};  // where the code is; "": bodies have none
  std::string text = {};  // where the text for people is
  std::map<std::string, RestStatus> means = {};
};

struct RestApi {
  std::string url;
  std::string health = {};  // a path, asked before the first entry; "": nothing is asked
  bool idempotent = false;  // it does a thing once per key, whatever is sent how often
  std::string idempotency_header = "Idempotency-Key";
  std::map<std::string, std::string> headers = {};
  std::map<int, RestStatus> statuses = {};  // those that mean something else than usual
  RestErrors errors = {};                   // what a body says goes before its status
  std::map<std::string, RestEntity, std::less<>> entities = {};
  bool has_lists() const;
};

// Columns of the app's table that the declaration names, with the place of each.
struct NamedField {
  std::string field, where;
};
std::vector<NamedField> named_fields(const RestEntity& entity);

// Names that mean something else than a column.
bool is_reserved_name(std::string_view name);

// One entry in the words of the API: ids by with_given_ids(), field names still as here.
struct RestWrite {
  std::string key;      // of this entry: a create's idempotency key, and part of the others'
  std::string root_id;  // {clientRequestId}: of the first entry of its chain, the same for a retry
  Body body;
};

struct RestState {  // the row there, as a GET told it
  json::object row;
  std::string etag = {};
};

// "a.b" in nested objects; "" is the whole. nullptr: there is none.
const json::value* at_place(const json::value& value, std::string_view place);
const json::value* at_place(const json::object& row, std::string_view place);  // not "" here
const json::value* at_place(json::value&&, std::string_view) = delete;         // it would be gone

std::optional<json::object> row_in(const RestEntity& entity, const json::value& answer);
// The list of an answer; nothing: there is none at that place.
std::optional<std::vector<json::object>> rows_in(std::string_view place, const json::value& answer);
std::optional<json::value> id_there(const RestEntity& entity, const json::object& row);
bool is_deleted_there(const RestEntity& entity, const json::object& row);

json::object row_here(const RestEntity& entity, json::object row);
json::object fields_there(const RestEntity& entity, const json::object& fields);

// A create of this kind replaces a row that is there.
bool writes_over_rows(const RestRequest& create);

// What a create carries by which a lookup recognises its row: members there, with their values.
json::object marks_of(const RestEntity& entity, const RestWrite& write);

// Error "no-value": the entry lacks what the path needs.
Result<HttpRequest> rest_request(const RestApi& api, const RestEntity& entity,
                                 const RestRequest& request, const RestWrite& write,
                                 const RestState& current = {});

// The path of a request with its query. Error "no-value".
Result<std::string> rest_path(const RestRequest& request, const TemplateValues& values);

// What the declaration says of an answer; nothing: it is judged as usual.
std::optional<RestStatus> declared_meaning(const RestApi& api, const HttpAnswer& answer);

// What an answer means, by the declaration, else by the failure table. Nothing: it was done.
// `without_effect` is set where the answer says that nothing was done.
std::optional<Failure> rest_failure(const RestApi& api, const HttpAnswer& answer,
                                    const std::string& peer);

// The id by which an answer to a create names what was made: in the row, else the end of Location.
std::optional<json::value> created_id(const RestEntity& entity, const HttpAnswer& answer);

}  // namespace slipway
