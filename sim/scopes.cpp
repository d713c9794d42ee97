#include "scopes.h"

namespace slipway::sim {

namespace {

RowScope some_children(json::array titles, bool with_guards) {
  json::object scope{{"Parent", json::object()},
                     {"Child", json::object{{"title", std::move(titles)}}}};
  if (with_guards) scope["Guard"] = json::object();
  return scope_from_json(scope).value();
}

}  // namespace

RowScope first_scope() {
  return some_children({"t0", "t1", "u0", "u1", "v0", "v1"}, true);
}

RowScope draw_scope(Random& random) {
  switch (random.below(4)) {
    case 0:
      return first_scope();
    case 1:
      return some_children({"t0", "t2", "u0", "u2", "v0", "v2"}, true);
    case 2:
      return some_children({"t1", "t2", "t3", "u1", "v1"}, false);
    default:
      return {};
  }
}

}  // namespace slipway::sim
