#include "cloud/entity_routes.h"

#include <algorithm>

#include "model/canonical_json.h"

namespace slipway::cloud {

namespace {

using http::Request;
using http::Response;

constexpr unsigned precondition_failed = 412;

Response row_answer(unsigned status, const PageRow& row) {
  Response response = http::json(status, json_text(to_json(row)));
  response.headers.emplace_back("ETag", etag_of(row.version));
  return response;
}

// Of an address: whatever is not unreserved (RFC 3986, 2.3).
std::string percent_encoded(std::string_view text) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      encoded += c;
    else
      (encoded += '%').append({digits[byte >> 4], digits[byte & 15]});
  }
  return encoded;
}

std::string in_list(const std::string& type) {
  return "the rows of " + type;
}

std::string path_of(const EntityKey& key) {
  return "/v1/entities/" + percent_encoded(key.type) + "/" + percent_encoded(key.id);
}

Response unknown_row(const EntityKey& key) {
  return http::problem({ErrorKind::not_found, "unknown-row", "There is no " + to_text(key),
                        "Check type and id, upper and lower case, too. It may also lie outside of "
                        "what this token's device may see."});
}

Response deleted_row(const PageRow& row) {
  Response response = http::problem(
      410, {ErrorKind::not_found, "row-deleted", to_text(row.entity) + " was deleted",
            "To make it again, create it with If-Match: " + etag_of(row.version) + "."});
  response.headers.emplace_back("ETag", etag_of(row.version));
  return response;
}

// A list that ended here would look whole.
Response not_its_place() {
  return http::problem(
      400,
      {ErrorKind::invalid, "invalid-place", "“after” is no place in this list of this device",
       "Give back “next” as it came to this token's device; begin anew without “after”.", "after"});
}

bool is_known_to_client(const EntityTags& tags, const Version& version) {
  const std::string tag = to_text(version);
  return tags.any || std::ranges::find(tags.strong, tag) != tags.strong.end() ||
         std::ranges::find(tags.weak, tag) != tags.weak.end();
}

// The problem with the diff of a push's conflict beside it.
Response conflict_problem(unsigned status, const Error& error, const json::object& conflict) {
  Response response = http::problem(status, error);
  auto body = parse_json_object(response.body, "a problem").value();
  body["conflict"] = conflict;
  response.body = json_text(body);
  const json::value* version = find(conflict, "version");
  if (const auto present = version_or_null_from_json(version); present && *present)
    response.headers.emplace_back("ETag", etag_of(**present));
  return response;
}

// Where what the client saw is not known: what it would overwrite.
json::object conflict_with(const PageRow& row, const EntityWrite& write) {
  json::object conflict{{"reason", row.deleted ? "deleted" : "changed"},
                        {"fields", json::array{}},
                        {"base", json::object{}},
                        {"local", write.values},
                        {"version", to_json(row.version)},
                        {"who", nullptr},
                        {"when", nullptr}};
  conflict["server"] = row.deleted ? json::value(nullptr) : json::value(*row.values);
  if (row.deleted) conflict["lastValues"] = *row.values;
  return conflict;
}

Response rejected(const Receipt& receipt) {
  if (receipt.reason == "outside-scope") {
    return http::problem({ErrorKind::forbidden, "outside-scope",
                          "The row lies outside of what this token's device may write",
                          "Nothing was done. Ask for a wider scope."});
  }
  return http::problem({ErrorKind::invalid, "key-reused",
                        "This Idempotency-Key was used for another request",
                        "Nothing was done. A key stands for one request; use a new one for a new "
                        "request, also after a conflict.",
                        "Idempotency-Key"});
}

Response result_unknown(const EntityWrite& write) {
  return http::problem({ErrorKind::conflict, "key-expired",
                        "This Idempotency-Key was used so long ago that its result is forgotten",
                        "It was not carried out again. Read " + path_of(write.entity) +
                            " and see; use a new key for a new request."});
}

}  // namespace

Response Entities::types(const TokenOwner& owner) {
  const auto types = ledger_.types(owner.tenant, owner.device);
  if (!types) return http::problem(types.error());
  return http::json(200, json_text(json::object{{"types", json::value_from(*types)}}));
}

Result<std::string> Entities::known_types(const TokenOwner& owner) {
  const auto types = ledger_.types(owner.tenant, owner.device);
  if (!types) return std::unexpected(types.error());
  std::string list;
  for (const std::string& type : *types) list += (list.empty() ? "" : ", ") + type;
  return list;
}

Response Entities::list(const TokenOwner& owner, const Request& request, std::int64_t limit) {
  const auto named = entity_named(request);
  if (!named) return named.error();
  const std::string after = http::to_valid_utf8(request.query_value("after").value_or(""));
  auto sealed = places_.open(owner, in_list(named->type), after);
  if (!sealed) return http::problem(sealed.error());
  if (!*sealed && looks_sealed(after)) {
    const auto row =
        ledger_.row(owner.tenant, owner.device, {named->type, std::string(after)}, std::nullopt);
    if (!row) return http::problem(row.error());
    if (!*row) return not_its_place();
  }
  const ListPlace place = *sealed ? ListPlace{std::move(**sealed), true} : ListPlace{after};
  auto page = ledger_.rows(owner.tenant, owner.device, named->type, place, limit);
  if (!page) return http::problem(page.error());
  if (page->rows == "[]" && !page->next) {
    const auto types = ledger_.types(owner.tenant, owner.device);
    if (!types) return http::problem(types.error());
    if (std::ranges::find(*types, named->type) == types->end()) {
      const auto known = known_types(owner);
      return http::problem({ErrorKind::not_found, "unknown-type",
                            "There has never been a row of the type " + named->type,
                            !known || known->empty() ? "There are no rows at all yet."
                                                     : "There are: " + *known + "."});
    }
  }
  return listed(owner, named->type, std::move(*page), limit);
}

// Where it goes on is told by an id, or so that it names no row outside of the device's scope.
Response Entities::listed(const TokenOwner& owner, const std::string& type, EntityPage page,
                          std::int64_t limit) {
  if (!page.next) return http::json(200, "{\"rows\":" + page.rows + ",\"next\":null}");
  std::string next = std::move(page.next->id);
  if (page.next->walked) {
    auto sealed = places_.seal(owner, in_list(type), next);
    if (!sealed) return http::problem(sealed.error());
    next = std::move(*sealed);
  }
  Response response =
      http::json(200, "{\"rows\":" + page.rows + ",\"next\":" + json_text(json::value(next)) + "}");
  response.headers.emplace_back("Link", "</v1/entities/" + percent_encoded(type) +
                                            "?limit=" + std::to_string(limit) +
                                            "&after=" + percent_encoded(next) + ">; rel=\"next\"");
  return response;
}

Response Entities::read(const TokenOwner& owner, const Request& request) {
  const auto key = entity_named(request);
  if (!key) return key.error();
  const auto tags = tags_in(request, "if-none-match");
  if (!tags) return tags.error();
  const auto row = ledger_.row(owner.tenant, owner.device, *key, std::nullopt);
  if (!row) return http::problem(row.error());
  if (!*row) return unknown_row(*key);
  if ((*row)->deleted) return deleted_row(**row);
  if (!*tags || !is_known_to_client(**tags, (*row)->version)) return row_answer(200, **row);
  Response unchanged{.status = 304, .content_type = ""};
  unchanged.headers.emplace_back("ETag", etag_of((*row)->version));
  return unchanged;
}

Response Entities::create(const TokenOwner& owner, const Request& request) {
  return write(owner, read_create(request));
}

Response Entities::patch(const TokenOwner& owner, const Request& request) {
  return write(owner, read_patch(request));
}

Response Entities::remove(const TokenOwner& owner, const Request& request) {
  return write(owner, read_delete(request));
}

// What was judged before is answered from its receipt, also when the row would not allow it today.
Response Entities::write(const TokenOwner& owner, const Write& write) {
  if (!write) return write.error();
  const auto head = ledger_.head(owner.tenant);
  if (!head) return http::problem(head.error());
  const PushRequest push = to_push(*write, owner.device, *head);
  const auto recorded = ledger_.request(owner.tenant, owner.device, push.items.at(0).id);
  if (!recorded) return http::problem(recorded.error());
  if (*recorded) return answer(owner, *write, **recorded);
  if (auto refused = check_version(owner, *write)) return *refused;
  if (auto refused = look_at_row(owner, *write)) return *refused;
  const auto judged = ledger_.push(owner.tenant, owner.device, push, wall_clock_());
  if (!judged) return http::problem(judged.error());
  observer_.metrics.judged(judged->verdicts.at(0).verdict);
  observer_.metrics.wrote(owner.tenant, owner.device, judged->head.seq, observer_.now());
  pokes_.committed(owner.tenant);
  return answer(owner, *write, judged->verdicts.at(0));
}

// The judge would take a version of no commit for one of an earlier life of the row.
std::optional<Refusal> Entities::check_version(const TokenOwner& owner, const EntityWrite& write) {
  if (!write.seen) return std::nullopt;
  if (write.seen->seq > 0) {
    const auto answer = ledger_.history(owner.tenant, {{}, {*write.seen}});
    if (!answer) return http::problem(answer.error());
    if (answer->common == *write.seen) return std::nullopt;
  }
  const Error error{
      ErrorKind::conflict, "precondition-failed", "If-Match names no version of this cloud",
      "Read the row, and send its ETag as it came, in its quotes and without W/.", "If-Match"};
  const auto row = ledger_.row(owner.tenant, owner.device, write.entity, std::nullopt);
  if (!row) return http::problem(row.error());
  return *row ? conflict_problem(precondition_failed, error, conflict_with(**row, write))
              : http::problem(precondition_failed, error);
}

std::optional<Refusal> Entities::look_at_row(const TokenOwner& owner, const EntityWrite& write) {
  if (write.op == Op::create) return std::nullopt;
  const auto row = ledger_.row(owner.tenant, owner.device, write.entity, std::nullopt);
  if (!row) return http::problem(row.error());
  if (!*row) return unknown_row(write.entity);
  if ((*row)->deleted) return std::nullopt;  // the judge says by whom and when
  return check_against(write, *(*row)->values);
}

Response Entities::answer(const TokenOwner& owner, const EntityWrite& write,
                          const Receipt& receipt) {
  switch (receipt.verdict) {
    case Verdict::applied:
    case Verdict::merged:
      return written(owner, write, receipt);
    case Verdict::conflict:
      return conflicting(owner, write, receipt);
    case Verdict::rejected:
      return rejected(receipt);
    case Verdict::expired:
      return result_unknown(write);
    case Verdict::voided:
    case Verdict::blocked:
    case Verdict::deferred:
      break;  // nobody voids it, and it waits for nothing
  }
  return http::problem({ErrorKind::busy, "not-judged", "The write could not be judged now",
                        "Nothing was done. Send it again with the same key."});
}

// The row as the write left it, also when it is told again; where that is no longer kept, as it is.
Response Entities::written(const TokenOwner& owner, const EntityWrite& write,
                           const Receipt& receipt) {
  const Version commit{receipt.seq, receipt.salt};
  auto row = ledger_.row(owner.tenant, owner.device, write.entity, commit);
  if (row && !*row) row = ledger_.row(owner.tenant, owner.device, write.entity, std::nullopt);
  if (!row) return http::problem(row.error());
  // It has left what the device may see: told as the feed tells it.
  const PageRow gone{write.entity, commit, true, std::nullopt};
  const bool made = write.op == Op::create && *row && (*row)->version == commit;
  Response response = row_answer(made ? 201 : 200, *row ? **row : gone);
  if (made) response.headers.emplace_back("Location", path_of(write.entity));
  return response;
}

Response Entities::conflicting(const TokenOwner& owner, const EntityWrite& write,
                               const Receipt& receipt) {
  json::object conflict = receipt.conflict.value_or(json::object{{"reason", receipt.reason}});
  if (write.seen) {
    const auto base = ledger_.row(owner.tenant, owner.device, write.entity, *write.seen);
    json::object known;
    if (base && *base) {
      const json::value* fields = find(conflict, "fields");
      const auto is_of_concern = [&](std::string_view field) {
        return find(write.values, field) ||
               (fields && fields->is_array() &&
                std::ranges::find(fields->get_array(), json::value(field)) !=
                    fields->get_array().end());
      };
      for (const auto& member : *(*base)->values) {
        if (write.op == Op::remove || is_of_concern(member.key()))
          known[member.key()] = member.value();
      }
    }
    conflict["base"] = std::move(known);
  }
  const bool moved_on =
      receipt.reason == "changed" || receipt.reason == "deleted" || receipt.reason == "re-created";
  const bool failed_precondition = write.seen && moved_on;
  return conflict_problem(
      failed_precondition ? precondition_failed : 409,
      {ErrorKind::conflict, failed_precondition ? "precondition-failed" : "conflict",
       receipt.message,
       "Nothing was overwritten. See what stands against each other in “conflict”, and send what "
       "you decide with the row's present ETag and a new Idempotency-Key."},
      conflict);
}

}  // namespace slipway::cloud
