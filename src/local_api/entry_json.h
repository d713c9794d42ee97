// Entries, attempts and rows as the local API shows them, with why each entry waits.
#pragma once

#include "local_api/context.h"
#include "model/json.h"

namespace slipway::local_api {

// Fields of a row that is made again which come from its last values (store/resolution.h).
json::array carried_json(const store::Entry& entry);  // in the words of the entry
json::object compact_json(const store::Entry& entry);
Result<json::object> full_json(Context& context, const store::Entry& entry,
                               const store::HeldEntries& held);
json::object attempt_json(const store::Attempt& attempt);
json::object row_json(const store::ListedRow& row);

}  // namespace slipway::local_api
