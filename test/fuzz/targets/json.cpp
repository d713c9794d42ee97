// JSON text, canonical JSON, ids, versions: what is read means the same however it is written.
#include "fuzz.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "model/entry.h"

using namespace slipway;
using namespace slipway::fuzz;

namespace {

void check_version(std::string_view text) {
  const auto version = version_from_text(text);
  if (!version) return;
  demand(demand_value(version_from_text(to_text(*version)), "a version's text") == *version,
         "a version's text reads back as the same version");
  demand(demand_value(version_from_json(to_json(*version)), "a version's JSON") == *version,
         "a version's JSON reads back as the same version");
}

void check_body(const json::object& object) {
  const auto body = body_from_json(object);
  if (!body) return;
  const std::string id = client_request_id(*body);
  const auto sent = parse_json_object(json::serialize(to_json(*body)), "a body");
  demand(sent.has_value(), "a body can be sent");
  demand(client_request_id(*sent) == id, "the id is that of what was sent");
  demand(client_request_id(demand_value(body_from_json(*sent), "a sent body")) == id,
         "the id is that of what was read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  check_version(text);
  const auto value = parse_json(text, "the input");
  if (!value) return 0;
  const std::string canonical = canonical_json(*value);
  demand_reads_back(*value, canonical, "canonical JSON");
  demand_reads_back(*value, json_text(*value), "JSON in its own order");
  demand_reads_back(*value, json::serialize(*value), "the library's JSON");
  demand(canonical_json(*parse_json(canonical, "canonical JSON")) == canonical,
         "canonical JSON is its own canonical form");
  demand(!is_deeper_than(*value, json_depth_max), "what was read is not too deep");
  if (value->is_object()) check_body(value->get_object());
  return 0;
}
