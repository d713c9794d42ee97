// The whole sync state in one object: what the badge, the banner and `slipway status` show. Counts
// are read from the database each time.
#pragma once

#include "local_api/context.h"
#include "model/json.h"

namespace slipway::local_api {

// How far a drain has come: begins when something waits, ends when nothing does.
class DrainProgress {
 public:
  json::value update(std::int64_t waiting);

 private:
  std::int64_t most_ = 0;
};

Result<json::object> status_json(Context& context, DrainProgress& progress);

}  // namespace slipway::local_api
