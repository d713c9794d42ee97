#include "model/wire.h"

#include <utility>

namespace slipway {

namespace {

constexpr std::pair<Verdict, std::string_view> verdict_names[] = {
    {Verdict::applied, "applied"},   {Verdict::merged, "merged"},   {Verdict::conflict, "conflict"},
    {Verdict::rejected, "rejected"}, {Verdict::voided, "voided"},   {Verdict::blocked, "blocked"},
    {Verdict::deferred, "deferred"}, {Verdict::expired, "expired"},
};

std::unexpected<Error> bad(std::string_view what) {
  return fail(ErrorKind::invalid, "invalid-message", std::string(what));
}

Result<Version> need_version(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value) return bad("\"" + std::string(key) + "\" is missing");
  return version_from_json(*value);
}

// Absent and null are "".
Result<std::string> text_or_nothing(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value || value->is_null()) return "";
  return need_text(object, key);
}

template <class T, class Read>
Result<std::vector<T>> list_at(const json::object& object, std::string_view key, Read read) {
  auto array = need_array(object, key);
  if (!array) return std::unexpected(array.error());
  std::vector<T> list;
  list.reserve((*array)->size());
  for (const json::value& element : **array) {
    Result<T> item = read(element);
    if (!item) return std::unexpected(std::move(item.error()));
    list.push_back(std::move(*item));
  }
  return list;
}

json::object to_json(const Reference& reference) {
  return {{"entityType", reference.type},
          {"fields", json::value_from(reference.fields)},
          {"target", reference.target}};
}

Result<std::string> text_of(const json::value& value) {
  if (!value.is_string()) return bad("text expected");
  return std::string(value.get_string());
}

Result<Reference> reference_from_json(const json::value& value) {
  if (!value.is_object()) return bad("a reference must be an object");
  auto type = need_text(value.get_object(), "entityType");
  auto target = need_text(value.get_object(), "target");
  auto fields = list_at<std::string>(value.get_object(), "fields", text_of);
  if (!type || !target || !fields || fields->empty()) {
    return bad("a reference must have entityType, fields and target");
  }
  return Reference{std::move(*type), std::move(*fields), std::move(*target)};
}

json::object to_json(const Replaced& replaced) {
  json::object object{{"id", replaced.id}, {"same", replaced.same}};
  if (replaced.number == 0) return object;
  object["incarnation"] = replaced.incarnation;
  object["number"] = replaced.number;
  if (replaced.without_effect) object["withoutEffect"] = true;
  return object;
}

Result<Replaced> replaced_from_json(const json::value& value) {
  if (!value.is_object()) return bad("what an item replaces must be an object");
  const auto id = need_text(value.get_object(), "id");
  const auto same = boolean_at(value.get_object(), "same");
  if (!id || id->empty() || !same) return bad("what an item replaces must have id and same");
  Replaced replaced{*id, *same};
  if (!find(value.get_object(), "number")) return replaced;
  const auto incarnation = need_text(value.get_object(), "incarnation");
  const auto number = integer_at(value.get_object(), "number");
  if (!incarnation || incarnation->empty() || !number || *number < 1) {
    return bad("what an item replaces must have its incarnation and a number from 1 on");
  }
  replaced.incarnation = *incarnation;
  replaced.number = *number;
  replaced.without_effect = boolean_at(value.get_object(), "withoutEffect").value_or(false);
  return replaced;
}

json::array to_json(const MergeRules& rules) {
  json::array list;
  for (const auto& [type, of_type] : rules) {
    json::object object{{"entityType", type}};
    for (auto& member : slipway::to_json(of_type)) object.insert(std::move(member));
    list.push_back(std::move(object));
  }
  return list;
}

Result<MergeRules> rules_from_json(const json::object& push) {
  MergeRules rules;
  if (!find(push, "rules")) return rules;
  const auto list = need_array(push, "rules");
  if (!list) return std::unexpected(list.error());
  for (const json::value& value : **list) {
    if (!value.is_object()) return bad("a type's rules must be an object");
    auto type = need_text(value.get_object(), "entityType");
    if (!type || type->empty()) return bad("rules must name their entityType");
    auto of_type = type_rules_from_json(value.get_object());
    if (!of_type) return std::unexpected(of_type.error());
    if (!rules.emplace(std::move(*type), std::move(*of_type)).second) {
      return bad("a type may have its rules only once");
    }
  }
  return rules;
}

json::object to_json(const PushItem& item) {
  json::object object{{"id", item.id}};
  if (item.write) {
    object["write"] = *item.write;
    if (!item.after.empty()) object["after"] = json::value_from(item.after);
    if (!item.replaces.empty()) {
      json::array replaces;
      for (const Replaced& replaced : item.replaces) replaces.push_back(to_json(replaced));
      object["replaces"] = std::move(replaces);
    }
    if (item.shared) object["shared"] = true;
  } else {
    object["void"] = {{"incarnation", item.void_incarnation},
                      {"number", item.void_number},
                      {"sent", item.void_sent}};
    if (item.void_lane_position > 0)
      object["void"].as_object()["lanePosition"] = item.void_lane_position;
  }
  return object;
}

Result<PushItem> item_from_json(const json::value& value) {
  if (!value.is_object()) return bad("an item must be an object");
  const json::object& object = value.get_object();
  PushItem item;
  auto id = need_text(object, "id");
  if (!id || id->empty()) return bad("an item must have an id");
  item.id = std::move(*id);
  const json::value* write = find(object, "write");
  const json::value* voided = find(object, "void");
  if ((write != nullptr) == (voided != nullptr)) return bad("an item is either a write or a void");
  if (write) {
    if (!write->is_object()) return bad("\"write\" must be an object");
    item.write = write->get_object();
    if (find(object, "after")) {
      auto after = list_at<std::string>(object, "after", text_of);
      if (!after) return std::unexpected(after.error());
      item.after = std::move(*after);
    }
    if (find(object, "replaces")) {
      auto replaces = list_at<Replaced>(object, "replaces", replaced_from_json);
      if (!replaces) return std::unexpected(replaces.error());
      item.replaces = std::move(*replaces);
    }
    if (const json::value* shared = find(object, "shared")) {
      if (!shared->is_bool()) return bad("\"shared\" must be true or false");
      item.shared = shared->get_bool();
    }
    return item;
  }
  if (!voided->is_object()) return bad("\"void\" must be an object");
  auto incarnation = need_text(voided->get_object(), "incarnation");
  auto number = need_integer(voided->get_object(), "number");
  if (!incarnation || !number || *number < 1) return bad("a void must name incarnation and number");
  item.void_incarnation = std::move(*incarnation);
  item.void_number = *number;
  if (find(voided->get_object(), "lanePosition")) {
    const auto position = need_integer(voided->get_object(), "lanePosition");
    if (!position || *position < 1) return bad("a lane position counts from 1");
    item.void_lane_position = *position;
  }
  if (const json::value* sent = find(voided->get_object(), "sent")) {
    if (!sent->is_bool()) return bad("\"sent\" must be true or false");
    item.void_sent = sent->get_bool();
  }
  return item;
}

template <class T>
json::array to_array(const std::vector<T>& list) {
  json::array array;
  array.reserve(list.size());
  for (const T& item : list) array.push_back(to_json(item));
  return array;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  for (const auto& [value, name] : verdict_names) {
    if (value == verdict) return name;
  }
  return "";
}

std::optional<Verdict> verdict_from_text(std::string_view text) {
  for (const auto& [value, name] : verdict_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

json::object to_json(const Receipt& receipt) {
  json::object object{{"id", receipt.id}, {"verdict", to_text(receipt.verdict)}};
  if (receipt.seq) object["seq"] = receipt.seq;
  if (!receipt.salt.empty()) object["salt"] = receipt.salt;
  if (!receipt.incarnation.empty()) object["incarnation"] = receipt.incarnation;
  if (receipt.number) object["number"] = receipt.number;
  if (!receipt.reason.empty()) object["reason"] = receipt.reason;
  if (!receipt.message.empty()) object["message"] = receipt.message;
  if (receipt.conflict) object["conflict"] = *receipt.conflict;
  if (receipt.merge) object["merge"] = *receipt.merge;
  if (receipt.assigned) object["assigned"] = *receipt.assigned;
  return object;
}

Result<Receipt> receipt_from_json(const json::value& value) {
  if (!value.is_object()) return bad("a receipt must be an object");
  const json::object& object = value.get_object();
  const auto id = text_at(object, "id"), verdict = text_at(object, "verdict");
  if (!id || id->empty() || !verdict || !verdict_from_text(*verdict)) {
    return bad("a receipt must have an id and a known verdict");
  }
  Receipt receipt{std::string(*id), *verdict_from_text(*verdict)};
  if (find(object, "seq")) {
    auto seq = need_integer(object, "seq");
    if (!seq) return std::unexpected(seq.error());
    receipt.seq = *seq;
  }
  const std::int64_t least = is_final(receipt.verdict) ? 1 : 0;
  if (receipt.seq < least || receipt.seq > json_integer_max)
    return bad("a final receipt must have its seq");
  for (auto [key, into] : {std::pair{"reason", &receipt.reason},
                           {"message", &receipt.message},
                           {"salt", &receipt.salt},
                           {"incarnation", &receipt.incarnation}}) {
    auto text = text_or_nothing(object, key);
    if (!text) return std::unexpected(text.error());
    *into = std::move(*text);
  }
  if (!receipt.salt.empty() && !is_salt(receipt.salt)) {
    return bad("\"salt\" must be 16 hexadecimal digits");
  }
  if (find(object, "number")) {
    auto number = need_integer(object, "number");
    if (!number || *number < 1) return bad("\"number\" must be a positive integer");
    receipt.number = *number;
  }
  for (auto [key, into] : {std::pair{"conflict", &receipt.conflict},
                           {"merge", &receipt.merge},
                           {"assigned", &receipt.assigned}}) {
    const json::value* part = find(object, key);
    if (!part || part->is_null()) continue;
    if (!part->is_object()) return bad("\"" + std::string(key) + "\" must be an object");
    *into = part->get_object();
  }
  return receipt;
}

json::object to_json(const PageRow& row) {
  json::object object{{"entityType", row.entity.type},
                      {"entityId", row.entity.id},
                      {"version", to_json(row.version)}};
  if (row.deleted) object["deleted"] = true;
  if (row.left) object["left"] = true;
  if (row.values) object["values"] = *row.values;
  return object;
}

Result<PageRow> page_row_from_json(const json::value& value) {
  if (!value.is_object()) return bad("a row must be an object");
  const json::object& object = value.get_object();
  const auto type = text_at(object, "entityType"), id = text_at(object, "entityId");
  if (!type || type->empty() || !id || id->empty()) return bad("a row must name its entity");
  auto version = need_version(object, "version");
  if (!version) return std::unexpected(version.error());
  PageRow row{{std::string(*type), std::string(*id)}, std::move(*version), false, std::nullopt};
  for (auto [key, into] : {std::pair{"deleted", &row.deleted}, {"left", &row.left}}) {
    const json::value* flag = find(object, key);
    if (!flag) continue;
    if (!flag->is_bool()) return bad("\"" + std::string(key) + "\" must be true or false");
    *into = flag->get_bool();
  }
  if (const json::value* values = find(object, "values"); values && !values->is_null()) {
    if (!values->is_object()) return bad("\"values\" must be an object");
    row.values = values->get_object();
  }
  return row;
}

json::object to_json(const Page& page) {
  return {{"from", to_json(page.from)},
          {"to", to_json(page.to)},
          {"rows", to_array(page.rows)},
          {"receipts", to_array(page.receipts)}};
}

namespace {

Result<Page> page_from_object(const json::object& object) {
  auto from = need_version(object, "from");
  if (!from) return std::unexpected(from.error());
  auto to = need_version(object, "to");
  if (!to) return std::unexpected(to.error());
  if (to->seq < from->seq) return bad("a page must not end before it begins");
  if (to->seq == from->seq && *to != *from) return bad("a page must not lead into another history");
  auto rows = list_at<PageRow>(object, "rows", page_row_from_json);
  if (!rows) return std::unexpected(rows.error());
  auto receipts = list_at<Receipt>(object, "receipts", receipt_from_json);
  if (!receipts) return std::unexpected(receipts.error());
  for (const Receipt& receipt : *receipts) {
    if (!is_final(receipt.verdict)) return bad("a page may hold final receipts only");
  }
  return Page{std::move(*from), std::move(*to), std::move(*rows), std::move(*receipts)};
}

}  // namespace

Result<Page> page_from_json(const json::value& value) {
  if (!value.is_object()) return bad("a page must be an object");
  return page_from_object(value.get_object());
}

json::object to_json(const PushRequest& request) {
  json::object object{{"exchange", request.exchange},
                      {"device", request.device},
                      {"cursor", to_json(request.cursor)},
                      {"references", to_array(request.references)}};
  if (!request.rules.empty()) object["rules"] = to_json(request.rules);
  object["items"] = to_array(request.items);
  return object;
}

Result<PushRequest> push_request_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  auto device = need_text(object, "device");
  if (!device) return std::unexpected(device.error());
  auto cursor = need_version(object, "cursor");
  if (!cursor) return std::unexpected(cursor.error());
  PushRequest request{std::move(*exchange), std::move(*device), std::move(*cursor), {}, {}, {}};
  if (find(object, "references")) {
    auto references = list_at<Reference>(object, "references", reference_from_json);
    if (!references) return std::unexpected(references.error());
    request.references = std::move(*references);
  }
  auto rules = rules_from_json(object);
  if (!rules) return std::unexpected(rules.error());
  request.rules = std::move(*rules);
  auto items = list_at<PushItem>(object, "items", item_from_json);
  if (!items) return std::unexpected(items.error());
  request.items = std::move(*items);
  return request;
}

json::object to_json(const PushAnswer& answer) {
  json::object object{{"exchange", answer.exchange},
                      {"head", to_json(answer.head)},
                      {"verdicts", to_array(answer.verdicts)},
                      {"more", !answer.page.has_value()}};
  if (answer.page)
    object["page"] = to_json(*answer.page);
  else
    object["page"] = nullptr;
  if (answer.safe) object["safe"] = to_json(*answer.safe);
  return object;
}

Result<PushAnswer> push_answer_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  auto head = need_version(object, "head");
  if (!head) return std::unexpected(head.error());
  auto verdicts = list_at<Receipt>(object, "verdicts", receipt_from_json);
  if (!verdicts) return std::unexpected(verdicts.error());
  PushAnswer answer{std::move(*exchange), std::move(*head), std::move(*verdicts), std::nullopt};
  if (const json::value* value = find(object, "page"); value && !value->is_null()) {
    auto page = page_from_json(*value);
    if (!page) return std::unexpected(page.error());
    answer.page = std::move(*page);
  }
  auto safe = version_or_null_from_json(find(object, "safe"));
  if (!safe) return std::unexpected(safe.error());
  answer.safe = std::move(*safe);
  return answer;
}

json::object to_json(const PullAnswer& answer) {
  json::object object = to_json(answer.page);
  object["exchange"] = answer.exchange;
  object["head"] = to_json(answer.head);
  object["more"] = answer.page.to != answer.head;
  if (answer.safe) object["safe"] = to_json(*answer.safe);
  return object;
}

Result<PullAnswer> pull_answer_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  auto head = need_version(object, "head");
  if (!head) return std::unexpected(head.error());
  auto page = page_from_object(object);
  if (!page) return std::unexpected(page.error());
  auto safe = version_or_null_from_json(find(object, "safe"));
  if (!safe) return std::unexpected(safe.error());
  return PullAnswer{std::move(*exchange), std::move(*head), std::move(*page), std::move(*safe)};
}

json::object to_json(const Poke& poke) {
  json::object object{{"head", to_json(poke.head)}, {"page", nullptr}};
  if (poke.page) object["page"] = to_json(*poke.page);
  return object;
}

Result<Poke> poke_from_json(const json::object& object) {
  auto head = need_version(object, "head");
  if (!head) return std::unexpected(head.error());
  Poke poke{std::move(*head), std::nullopt};
  if (const json::value* value = find(object, "page"); value && !value->is_null()) {
    auto page = page_from_json(*value);
    if (!page) return std::unexpected(page.error());
    if (page->to != poke.head) return bad("a poke's page must end at its head");
    poke.page = std::move(*page);
  }
  return poke;
}

json::object to_json(const Capabilities& capabilities) {
  return {{"cloudId", capabilities.origin.salt},
          {"protocol", capabilities.protocol},
          {"tenant", capabilities.tenant},
          {"device", capabilities.device},
          {"limits",
           {{"pushEntriesMax", capabilities.push_entries_max},
            {"pushBytesMax", capabilities.push_bytes_max},
            {"pageRowsMax", capabilities.page_rows_max},
            {"snapshotRowsMax", capabilities.snapshot_rows_max}}},
          {"receiptsKeptDays", capabilities.receipts_kept_days
                                   ? json::value(*capabilities.receipts_kept_days)
                                   : json::value(nullptr)},
          {"safe", to_json(capabilities.safe)}};
}

Result<Capabilities> capabilities_from_json(const json::object& object) {
  auto cloud_id = need_text(object, "cloudId");
  if (!cloud_id) return std::unexpected(cloud_id.error());
  if (!is_salt(*cloud_id)) return bad("\"cloudId\" must be 16 hexadecimal digits");
  auto protocol = need_integer(object, "protocol");
  if (!protocol) return std::unexpected(protocol.error());
  auto limits = need_object(object, "limits");
  if (!limits) return std::unexpected(limits.error());
  Capabilities capabilities;
  capabilities.origin = {0, std::move(*cloud_id)};
  if (*protocol < 1 || *protocol > 1'000'000)
    return bad("\"protocol\" must be a small positive integer");
  capabilities.protocol = int(*protocol);
  for (auto [key, into] :
       {std::pair{"tenant", &capabilities.tenant}, {"device", &capabilities.device}}) {
    auto text = text_or_nothing(object, key);
    if (!text) return std::unexpected(text.error());
    *into = std::move(*text);
  }
  for (auto [key, into] : {std::pair{"pushEntriesMax", &capabilities.push_entries_max},
                           {"pushBytesMax", &capabilities.push_bytes_max},
                           {"pageRowsMax", &capabilities.page_rows_max}}) {
    auto limit = need_integer(**limits, key);
    if (!limit || *limit < 1) return bad("\"limits\" must hold positive integers");
    *into = *limit;
  }
  if (find(**limits, "snapshotRowsMax")) {
    const auto limit = need_integer(**limits, "snapshotRowsMax");
    if (!limit || *limit < 0) return bad("\"snapshotRowsMax\" must be an integer from 0 on");
    capabilities.snapshot_rows_max = *limit;
  }
  if (const json::value* days = find(object, "receiptsKeptDays"); days && !days->is_null()) {
    auto kept = need_integer(object, "receiptsKeptDays");
    if (!kept || *kept < 1) return bad("\"receiptsKeptDays\" must be a positive integer or null");
    capabilities.receipts_kept_days = *kept;
  }
  auto safe = version_or_null_from_json(find(object, "safe"));
  if (!safe) return std::unexpected(safe.error());
  capabilities.safe = std::move(*safe);
  return capabilities;
}

}  // namespace slipway
