#include "conformance/native.h"

#include <algorithm>

#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "model/snapshot.h"
#include "transport/address.h"

namespace slipway::conformance {

namespace {

constexpr std::size_t cleaned_at_once = 50;

std::string exchange_of(const HttpRequest& request) {
  const auto body = parse_json_object(request.body, "a push");
  return std::string(body ? text_at(*body, "exchange").value_or("") : "");
}

}  // namespace

Body after(const Body& before, Body body) {
  body.incarnation = before.incarnation;
  body.number = before.number + 1;
  body.lane_position = before.lane_position + 1;
  return body;
}

PushItem item_of(const Body& body, std::vector<std::string> after) {
  PushItem item;
  item.write = to_json(body);
  item.id = client_request_id(*item.write);
  item.after = std::move(after);
  return item;
}

Native::Native(Client& client, RowShape shape, Random& random)
    : client_(client), shape_(std::move(shape)), random_(random), device_(random.uuid()) {}

std::string Native::new_id() {
  ids_.push_back(random_.uuid());
  return ids_.back();
}

Body Native::body(const std::string& id, Op op) {
  Body body;
  body.entity = {shape_.type, id};
  body.action = "CONFORMANCE_CHECK";
  body.op = op;
  body.incarnation = random_.uuid();
  body.number = body.lane_position = 1;
  body.nonce = random_.hex(16);
  body.base_versions["*"] = nullptr;
  return body;
}

Body Native::create(const std::string& id, const std::string& text) {
  Body body = this->body(id, Op::create);
  body.payload = shape_.row(id, text);
  return body;
}

Body Native::update(const std::string& id, const std::string& text,
                    const std::optional<Version>& seen, const std::string& seen_text) {
  Body body = this->body(id, Op::update);
  body.payload[shape_.first_field] = text;
  body.base[shape_.first_field] = seen_text;
  body.base_versions["*"] = to_json(seen);
  return body;
}

Body Native::remove(const std::string& id, const Version& seen) {
  Body body = this->body(id, Op::remove);
  body.base_versions["*"] = to_json(seen);
  return body;
}

HttpRequest Native::push_request(std::vector<PushItem> items,
                                 const std::optional<Version>& cursor) const {
  const PushRequest push{random_.uuid(), device_, cursor.value_or(cursor_), {}, std::move(items)};
  return client_.request("POST", "/v1/push", json_text(to_json(push)));
}

std::expected<PushAnswer, Fault> Native::read_push(const Answer& answer, std::size_t items) const {
  const std::string expected = "A push is answered 200 with a verdict for each of its items";
  const std::string missing =
      "What /v1/push answers is described in protocol/cloud_api.openapi.json.";
  if (answer.status != 200 || !answer.json)
    return std::unexpected(unexpected_answer(expected, answer, missing));
  auto read = push_answer_from_json(*answer.json);
  if (!read) return std::unexpected(Fault{expected, read.error().message, missing});
  if (read->verdicts.size() == items) return std::move(*read);
  return std::unexpected(Fault{
      expected,
      std::to_string(read->verdicts.size()) + " verdicts for " + std::to_string(items) + " items",
      "Each item of a push gets one verdict: a device waits for those that are missing."});
}

std::expected<PushAnswer, Fault> Native::push(std::vector<PushItem> items) {
  const std::size_t count = items.size();
  const HttpRequest request = push_request(std::move(items));
  auto answer = read_push(client_.ask_until_done(request), count);
  if (!answer || answer->exchange == exchange_of(request)) return answer;
  return std::unexpected(Fault{"The answer echoes the exchange of its request",
                               "another, \"" + answer->exchange + "\"",
                               "A device takes an answer with another exchange for a late one, and "
                               "drops it."});
}

std::expected<Receipt, Fault> Native::push_one(PushItem item) {
  const std::string id = item.id;
  auto answer = push({std::move(item)});
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->verdicts[0].id == id) return std::move(answer->verdicts[0]);
  return std::unexpected(Fault{"The verdict names its entry, " + id, answer->verdicts[0].id,
                               "Devices find their entries by the id."});
}

HttpRequest Native::pull_request(const Version& cursor, int limit) const {
  return client_.request("GET", "/v1/changes?exchange=" + random_.uuid() + "&cursor=" +
                                    to_text(cursor) + "&limit=" + std::to_string(limit));
}

std::expected<PullAnswer, Fault> Native::read_pull(const Answer& answer) const {
  const std::string expected = "/v1/changes is answered 200 with a page and the head";
  const std::string missing =
      "What /v1/changes answers is described in protocol/cloud_api.openapi.json.";
  if (answer.status != 200 || !answer.json)
    return std::unexpected(unexpected_answer(expected, answer, missing));
  auto read = pull_answer_from_json(*answer.json);
  if (read) return std::move(*read);
  return std::unexpected(Fault{expected, read.error().message, missing});
}

HttpRequest Native::receipt_request(const std::string& id) const {
  return client_.request("GET", "/v1/requests/" + percent_encoded(id));
}

HttpRequest Native::snapshot_request() const {
  return client_.request("GET", "/v1/snapshot?limit=1&exchange=" + random_.uuid());
}

// A cloud that no longer keeps its past refuses to tell it from the beginning; a full pull begins
// at the newest commit.
std::expected<Version, Fault> Native::catch_up() {
  const Answer first = client_.ask(client_.request("GET", "/v1/changes?limit=1"));
  if (first.slug() == "horizon-passed") {
    const Answer snapshot = client_.ask(snapshot_request());
    const auto page = snapshot.json ? snapshot_page_from_json(*snapshot.json)
                                    : Result<SnapshotPage>(fail(ErrorKind::invalid, "", "no JSON"));
    if (!page)
      return std::unexpected(unexpected_answer("/v1/snapshot is answered 200 with a page", snapshot,
                                               "Devices begin by it where the feed does not reach "
                                               "back to the beginning."));
    return cursor_ = page->at;
  }
  const auto page = read_pull(first);
  if (!page) return std::unexpected(page.error());
  return cursor_ = page->head;
}

std::expected<Native::Row, Fault> Native::look(const std::string& id) {
  const Body stale = update(id, "nobody writes this " + random_.hex(4), std::nullopt,
                            "nobody saw this " + random_.hex(4));
  const auto receipt = push_one(item_of(stale));
  if (!receipt) return std::unexpected(receipt.error());
  if (receipt->verdict != Verdict::conflict || !receipt->conflict) {
    return std::unexpected(
        Fault{"An update on values that nobody has seen is a conflict that tells the row's own",
              std::string(to_text(receipt->verdict)),
              "An update whose base is neither the row's value nor what is written overwrites what "
              "its writer has not seen."});
  }
  Row row;
  if (const auto version = version_or_null_from_json(find(*receipt->conflict, "version")); version)
    row.version = *version;
  const json::value* server = find(*receipt->conflict, "server");
  if (!server || !server->is_object()) return row;
  row.is_there = true;
  row.text = text_at(server->get_object(), shape_.first_field).value_or("");
  return row;
}

std::vector<std::string> Native::clean() {
  std::vector<std::string> left;
  if (!client_.has_written()) ids_.clear();
  for (std::size_t begin = 0; begin < ids_.size(); begin += cleaned_at_once) {
    std::vector<std::string> there;
    std::vector<PushItem> removals;
    for (std::size_t i = begin; i < std::min(begin + cleaned_at_once, ids_.size()); ++i) {
      const auto row = look(ids_[i]);
      if (row && (!row->is_there || !row->version)) continue;
      there.push_back(shape_.type + " " + ids_[i]);
      if (row) removals.push_back(item_of(remove(ids_[i], *row->version)));
    }
    const auto answer = push(std::move(removals));
    const bool all_gone = answer && answer->verdicts.size() == there.size() &&
                          std::ranges::all_of(answer->verdicts, [](const Receipt& receipt) {
                            return receipt.verdict == Verdict::applied;
                          });
    if (!all_gone) left.insert(left.end(), there.begin(), there.end());
  }
  ids_.clear();
  return left;
}

}  // namespace slipway::conformance
