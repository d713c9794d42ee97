// Messages of the wire, at both ends: what is accepted is written back as the same message.
#include "model/wire.h"
#include "fuzz.h"
#include "model/canonical_json.h"
#include "model/history.h"
#include "model/snapshot.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

template <class Read>
void check(const json::value& value, Read read) {
  const auto message = read(value);
  if (!message) {
    demand(!message.error().message.empty(), "a refusal says why");
    return;
  }
  const json::value written = to_json(*message);
  const auto text = parse_json(json_text(written), "a message");
  demand(text.has_value(), "a message can be written");
  const auto again = read(*text);
  demand(again.has_value(), "what was accepted is accepted again");
  demand(canonical_json(to_json(*again)) == canonical_json(written), "and means the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = parse_json(text_of(data, size), "the input");
  if (!value) return 0;
  check(*value, page_from_json);
  check(*value, receipt_from_json);
  check(*value, page_row_from_json);
  check(*value, snapshot_place_from_json);
  check(*value, scope_from_json);
  if (!value->is_object()) return 0;
  const auto of_object = [](auto read) {
    return [read](const json::value& v) { return read(v.as_object()); };
  };
  check(*value, of_object(push_request_from_json));
  check(*value, of_object(push_answer_from_json));
  check(*value, of_object(pull_answer_from_json));
  check(*value, of_object(poke_from_json));
  check(*value, of_object(snapshot_page_from_json));
  check(*value, of_object(history_request_from_json));
  check(*value, of_object(history_answer_from_json));
  check(*value, of_object(capabilities_from_json));
  check(*value, of_object(body_from_json));
  return 0;
}
