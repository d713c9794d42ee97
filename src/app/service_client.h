// The command line's way to a running service: one request, one answer, blocking.
#pragma once

#include <string>

#include "base/result.h"
#include "model/json.h"

namespace slipway::app {

struct ServiceAddress {
  std::string url;
  std::string token_file;
};

// Explicit url and token file, else the run file beside the database. Errors: "not-running".
Result<ServiceAddress> locate_service(const std::string& url, const std::string& token_file,
                                      const std::string& database);

// Errors: "not-running" when nobody answers; else the service's own problem.
Result<json::object> ask(const ServiceAddress& service, const std::string& method,
                         const std::string& path, const json::object& body = {});

}  // namespace slipway::app
