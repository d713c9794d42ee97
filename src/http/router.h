// Finds the handler for a method and path. Routes are written as "/sync/queue/{id}"; the last
// part may be "{rest...}", which matches the rest of the path. A literal part beats a parameter.
// Unknown path: 404 problem; known path with another method: 405 with Allow. HEAD is answered by
// GET.
#pragma once

#include <string>
#include <vector>

#include "http/message.h"

namespace slipway::http {

class Router {
 public:
  Router& add(std::string method, std::string pattern, Handler handler);
  void route(Request request, Reply reply) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> parts;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace slipway::http
