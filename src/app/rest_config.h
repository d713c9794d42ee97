// What the configuration says of a hosted API: [rest], and [entities.X.rest] for each type.
#pragma once

#include <toml++/toml.h>

#include <string>

#include "base/result.h"
#include "model/sync_rules.h"
#include "store/schema.h"
#include "transport/rest_api.h"

namespace slipway::app {

// Each error names the line.
Result<void> read_rest(const std::string& file, toml::node& section, RestApi& api);
Result<void> read_rest_entity(const std::string& file, const std::string& type, toml::node& section,
                              RestApi& api);

// What only the whole configuration can tell: what belongs together, and what is missing.
Result<void> check_rest(RestApi& api, const SyncRules& rules);

// And only the database: that the columns are there which the templates name. A table that is not
// there may come with the app's next migration; of it nothing is said.
Result<void> fit_rest(RestApi& api, const store::Schema& schema);

}  // namespace slipway::app
