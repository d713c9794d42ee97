// Of the contract of every ledger: /v1/entities over it.
#pragma once

#include "cloud/pokes.h"
#include "cloud/tokens.h"
#include "http/message.h"
#include "ledger_contract.h"

namespace slipway::cloud::test {

class EntitiesContract : public LedgerContract {
 protected:
  struct Call {
    std::string method = "GET";
    std::string path;  // below `root`, as it is sent
    std::string key = {};
    std::string if_match = {};
    std::string body = {};
    http::Headers more = {};
    std::string token = "acme/Hamburg";
    std::string root = "/v1/entities";
  };
  http::Response ask(const Call& call);
  http::Response ask(Ledger& node, const Call& call);
  http::Response create(const std::string& id, const std::string& status,
                        const std::string& key = {});
  std::string etag(const std::string& id);
};

json::object object_of(const http::Response& response);
std::string said(const http::Response& response);  // "412 precondition-failed", "200"
std::string header_of(const http::Response& response, std::string_view name);

}  // namespace slipway::cloud::test
