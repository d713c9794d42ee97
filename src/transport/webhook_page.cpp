#include "transport/webhook_page.h"

#include <algorithm>

#include "model/canonical_json.h"
#include "transport/limits.h"
#include "transport/problem.h"

namespace slipway {

namespace {

// Of the other side's words, those that mean something where there is no log.
std::string known_slug(const std::optional<json::object>& body) {
  const std::string slug = body ? problem_slug(*body) : "";
  return slug == "request-in-progress" || slug == "key-reused" ? slug : "";
}

// The row as the target has it: a member that says so, else the answer itself unless it is a
// problem document, which describes the refusal and not the row.
json::value server_state(const HttpAnswer& answer) {
  const auto body = json_body(answer);
  if (!body) return nullptr;
  for (const std::string_view key : {"server", "current"}) {
    const json::value* state = find(*body, key);
    if (state && state->is_object()) return *state;
  }
  return answer.content_type.find("problem+json") == std::string::npos ? json::value(*body)
                                                                       : nullptr;
}

std::optional<json::object> assigned_by(const HttpAnswer& answer, const std::string& type,
                                        const AssignedFields& assigned) {
  const auto fields = assigned.find(type);
  const auto body = json_body(answer);
  if (fields == assigned.end() || !body) return std::nullopt;
  const json::value* row = find(*body, "row");
  const json::object& from = row && row->is_object() ? row->get_object() : *body;
  json::object values;
  for (const std::string& field : fields->second) {
    const json::value* value = find(from, field);
    if (value && !value->is_null()) values[field] = *value;
  }
  return values.empty() ? std::nullopt : std::optional(std::move(values));
}

// A later entry of the same row decides whether it is there.
void add_row(std::vector<PageRow>& rows, const PushItem& item, const Version& version) {
  const auto body = body_from_json(*item.write);
  if (!body) return;
  const bool deleted = body->op == Op::remove;
  const auto known = std::ranges::find(rows, body->entity, &PageRow::entity);
  if (known == rows.end()) {
    rows.push_back({body->entity, version, deleted, std::nullopt});
  } else {
    known->deleted = deleted;
  }
}

}  // namespace

std::string salt_of(std::string_view text) {
  constexpr std::uint64_t offset = 14695981039346656037u, prime = 1099511628211u;
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t hash = offset;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string salt(16, '0');
  for (auto digit = salt.rbegin(); digit != salt.rend(); ++digit, hash >>= 4)
    *digit = digits[hash & 15];
  return salt;
}

Capabilities webhook_capabilities(const std::string& url) {
  Capabilities target;
  target.origin = {0, salt_of(url)};
  target.push_entries_max = 1;
  target.push_bytes_max = std::int64_t(limits::transport_push_bytes_max);
  target.page_rows_max = 1;
  return target;
}

std::string webhook_body(const std::string& client_request_id, const Body& body) {
  json::object object{{"clientRequestId", client_request_id},
                      {"entityType", body.entity.type},
                      {"entityId", body.entity.id},
                      {"action", body.action},
                      {"op", to_text(body.op)},
                      {"payload", body.payload},
                      {"base", body.base},
                      {"incarnation", body.incarnation},
                      {"number", body.number}};
  if (body.group_id) {
    object["groupId"] = *body.group_id;
    object["groupSize"] = body.group_size;
  }
  if (body.supersedes) object["supersedes"] = *body.supersedes;
  return serialize(object);
}

Receipt conflict_receipt(const std::string& id, const Body& body, const std::string& reason,
                         json::value server, const std::string& peer) {
  json::array fields;
  for (const auto& member : body.payload) fields.emplace_back(member.key());
  Receipt receipt{id, Verdict::conflict, 0, reason, {}, std::nullopt};
  const bool is_there = reason == "already-exists";
  receipt.message = to_text(body.entity) +
                    (is_there ? " exists already at " : " was " + reason + " meanwhile at ") + peer;
  receipt.conflict = json::object{{"reason", reason},
                                  {"fields", std::move(fields)},
                                  {"base", body.base},
                                  {"local", body.payload},
                                  {"server", std::move(server)},
                                  {"version", nullptr},
                                  {"who", nullptr},
                                  {"when", nullptr}};
  return receipt;
}

std::expected<Receipt, Failure> webhook_verdict(const std::string& client_request_id,
                                                const Body& body, const HttpAnswer& answer,
                                                const std::string& peer,
                                                const AssignedFields& assigned) {
  Receipt applied{client_request_id, Verdict::applied, 0, {}, {}, std::nullopt};
  if (answer.status >= 200 && answer.status < 300) {
    if (body.op == Op::create) applied.assigned = assigned_by(answer, body.entity.type, assigned);
    return applied;
  }
  const bool trusted = !is_html_type(answer.content_type);
  Failure failure = failure_of(answer, known_slug(json_body(answer)), trusted, peer);
  if (failure.means == FailureClass::conflict) {
    return conflict_receipt(client_request_id, body, "changed", server_state(answer), peer);
  }
  if (failure.means == FailureClass::gone) {
    if (body.op == Op::remove) return applied;
    if (body.op == Op::update) {
      return conflict_receipt(client_request_id, body, "deleted", nullptr, peer);
    }
    failure.means = FailureClass::invalid;
    failure.message = peer + " knows no such address (" + std::to_string(answer.status) + "), so " +
                      to_text(body.entity) + " was not created there";
  }
  return std::unexpected(std::move(failure));
}

Receipt webhook_void(const PushItem& item, const std::string& peer) {
  if (!item.void_sent) return {item.id, Verdict::voided, 0, {}, {}, std::nullopt};
  return {item.id,
          Verdict::rejected,
          0,
          "outcome-unknown",
          "This entry had been sent before it was discarded, and " + peer +
              " cannot say whether it took effect. Look there, and correct it there if need be.",
          std::nullopt};
}

PushAnswer webhook_answer(const PushRequest& request, std::vector<Receipt> receipts) {
  Page page{request.cursor, request.cursor, {}, {}};
  if (!receipts.empty()) {
    std::string ids;
    for (const Receipt& receipt : receipts) ids += receipt.id + '\n';
    page.to = {request.cursor.seq + 1, salt_of(ids)};
  }
  for (Receipt& receipt : receipts) {
    receipt.seq = page.to.seq;
    if (receipt.verdict != Verdict::applied) continue;
    const auto item = std::ranges::find(request.items, receipt.id, &PushItem::id);
    if (item != request.items.end() && item->write) add_row(page.rows, *item, page.to);
  }
  page.receipts = receipts;
  return {request.exchange, page.to, std::move(receipts), std::move(page)};
}

PullAnswer webhook_nothing_new(const PullRequest& request, const Capabilities& target) {
  const Version here = request.cursor.value_or(target.origin);
  return {request.exchange, here, {here, here, {}, {}}};
}

}  // namespace slipway
