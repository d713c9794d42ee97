// Each action of each synced type: whether it can be taken now, and whether it would wait.
#pragma once

#include "local_api/context.h"

namespace slipway::local_api {

json::array actions_json(const Context& context);

}  // namespace slipway::local_api
