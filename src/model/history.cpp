#include "model/history.h"

#include <utility>

namespace slipway {

namespace {

Result<Version> need_version(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return version_from_json(value ? *value : json::value(nullptr));
}

}  // namespace

json::object to_json(const HistoryRequest& request) {
  json::array versions;
  for (const Version& version : request.versions) versions.push_back(to_json(version));
  return {{"exchange", request.exchange}, {"versions", std::move(versions)}};
}

Result<HistoryRequest> history_request_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  const auto versions = need_array(object, "versions");
  if (!versions) return std::unexpected(versions.error());
  HistoryRequest request{std::move(*exchange), {}};
  request.versions.reserve((*versions)->size());
  for (const json::value& element : **versions) {
    auto version = version_from_json(element);
    if (!version) return std::unexpected(version.error());
    request.versions.push_back(std::move(*version));
  }
  return request;
}

json::object to_json(const HistoryAnswer& answer) {
  return {{"exchange", answer.exchange},
          {"common", to_json(answer.common)},
          {"head", to_json(answer.head)}};
}

Result<HistoryAnswer> history_answer_from_json(const json::object& object) {
  auto exchange = need_text(object, "exchange");
  if (!exchange) return std::unexpected(exchange.error());
  auto common = need_version(object, "common"), head = need_version(object, "head");
  if (!common) return std::unexpected(common.error());
  if (!head) return std::unexpected(head.error());
  return HistoryAnswer{std::move(*exchange), std::move(*common), std::move(*head)};
}

}  // namespace slipway
