// slipway doctor: the state of a database and of its service in words. Exit code 1 when anything is
// unexplained.
#pragma once

#include <string>

#include "app/service_client.h"

namespace slipway::app {

// `service`: nothing when none is running.
int doctor(const std::string& database, const Result<ServiceAddress>& service, bool as_json);

}  // namespace slipway::app
