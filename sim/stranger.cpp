#include "stranger.h"

#include "base/check.h"
#include "bench.h"
#include "model/client_request_id.h"

namespace slipway::sim {

Verdict write_as_stranger(cloud::Ledger& ledger, const cloud::TokenOwner& stranger,
                          std::int64_t number, Op op, const EntityKey& entity,
                          const json::object& payload) {
  const Version head = ledger.head(stranger.tenant).value();
  Body body{};
  body.entity = entity;
  body.action = "STRANGE";
  body.op = op;
  body.payload = payload;
  body.base_versions = {{"*", to_json(head)}};
  body.incarnation = stranger.device;
  body.lane_position = body.number = number;
  body.nonce = std::string(32, '0');
  PushItem item;
  item.id = client_request_id(body);
  item.write = to_json(body);
  const PushRequest request{"stranger", stranger.device, head, {}, {std::move(item)}};
  const auto answer = ledger.push(stranger.tenant, stranger.device, request, bench_time);
  CHECK(answer);
  return answer->verdicts.front().verdict;
}

}  // namespace slipway::sim
