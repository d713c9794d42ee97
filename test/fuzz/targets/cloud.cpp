// What devices send, at the cloud. The input is a JSON array of push requests (push_places.h).
// Whatever is pushed: an answer that a device can read, the same to
// the same request, and a feed whose parts together are the whole.
#include "cloud/sqlite_ledger.h"
#include "fuzz.h"
#include "model/canonical_json.h"
#include "push_places.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

constexpr std::size_t requests_max = 8;
constexpr cloud::TenantId tenant = 1;
const std::string device = "Hamburg";

class Game {
 public:
  Game() {
    auto opened = cloud::open_sqlite_ledger(":memory:", random_);
    demand(opened.has_value(), "the ledger opens");
    ledger_ = std::move(*opened);
    demand(ledger_->create_token("tenant", device, "hash", now()).has_value(), "it has a tenant");
    origin_ = head_ =
        demand_value(ledger_->capabilities({tenant, "tenant", device}), "capabilities").origin;
  }

  void push(json::value value) {
    fill_in_push(value, head_, origin_);
    const auto request = push_request_from_json(value.as_object());
    if (!request) return;
    const auto answer = ledger_->push(tenant, device, *request, now());
    if (!answer) return check_refusal(answer.error());
    check_readable(*answer);
    demand(answer->head.seq - head_.seq <= 1, "a push is at most one commit");
    head_ = answer->head;
    check_verdicts(*answer);
    check_repeat(*request, *answer);
  }

  // Page by page a device comes to the same rows as in one step.
  void check_feed() {
    const Page whole = pull(origin_, 5000).page;
    demand(whole.to == head_, "one page leads to the head");
    std::map<EntityKey, json::value> rows;
    std::vector<Receipt> receipts;
    for (Version cursor = origin_; cursor != head_;) {
      const Page page = pull(cursor, 2).page;
      demand(page.from == cursor && page.to.seq > cursor.seq, "a page moves the cursor");
      for (const PageRow& row : page.rows) rows[row.entity] = row_json(row);
      receipts.insert(receipts.end(), page.receipts.begin(), page.receipts.end());
      cursor = page.to;
    }
    demand(rows.size() == whole.rows.size(), "pages together hold the rows of one");
    for (const PageRow& row : whole.rows) {
      demand(same_value(rows[row.entity], row_json(row)), "pages together end at the same rows");
    }
    demand(receipts == whole.receipts, "pages together hold the same receipts");
  }

 private:
  static json::value row_json(const PageRow& row) {
    return {{"deleted", row.deleted},
            {"version", to_json(row.version)},
            {"values", row.values.value_or(json::object())}};
  }

  WallTime now() { return {1764000000000 + ++ticks_}; }

  PullAnswer pull(const Version& cursor, std::int64_t limit) {
    auto answer = ledger_->changes(tenant, device, cursor, limit);
    demand_value(answer, "changes can be read");
    const auto sent = parse_json_object(json_text(to_json(*answer)), "a page");
    demand(sent.has_value(), "a page can be sent");
    demand_value(pull_answer_from_json(*sent), "a device can read it");
    return *answer;
  }

  static void check_refusal(const Error& error) {
    constexpr std::string_view types[] = {"history-changed", "invalid-entry", "id-mismatch",
                                          "too-many-entries"};
    demand(std::ranges::find(types, error.type) != std::end(types),
           "a push is refused for what is wrong with it: " + error.message);
  }

  static void check_readable(const PushAnswer& answer) {
    const auto sent = parse_json_object(json_text(to_json(answer)), "an answer");
    demand(sent.has_value(), "an answer can be sent");
    demand_value(push_answer_from_json(*sent), "a device can read it");
  }

  void check_verdicts(const PushAnswer& answer) {
    for (const Receipt& verdict : answer.verdicts) {
      const auto receipt = ledger_->request(tenant, device, verdict.id);
      const auto& stored = demand_value(receipt, "a receipt can be looked up");
      demand(stored.has_value() == is_final(verdict.verdict), "what is final is recorded");
      if (!stored) continue;
      demand(*stored == verdict, "the recorded verdict is the answered one");
      const auto [first, is_new] = final_.emplace(verdict.id, verdict);
      demand(first->second == verdict, "a verdict never changes");
    }
  }

  void check_repeat(PushRequest request, const PushAnswer& first) {
    request.cursor = head_;
    const auto again = ledger_->push(tenant, device, request, now());
    demand_value(again, "a request can be repeated");
    demand(again->head == head_, "a repeat has no effect");
    demand(again->verdicts == first.verdicts, "a repeat gets the same verdicts");
  }

  Random random_{1};
  std::unique_ptr<cloud::Ledger> ledger_;
  std::int64_t ticks_ = 0;
  Version origin_, head_;
  std::map<std::string, Receipt> final_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto requests = parse_json(text_of(data, size), "the input");
  if (!requests || !requests->is_array()) return 0;
  Game game;
  std::size_t pushed = 0;
  for (const json::value& request : requests->get_array()) {
    if (++pushed > requests_max) break;
    if (request.is_object()) game.push(request);
  }
  game.check_feed();
  return 0;
}
