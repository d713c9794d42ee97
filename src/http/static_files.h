// Serves the files below one folder: index.html for "/" and for unknown paths without a dot
// (a single-page app's own routes); ETag and 304; immutable caching below /assets/; a strict
// Content-Security-Policy ('self' only). Never leaves the folder, never lists it.
#pragma once

#include <filesystem>

#include "http/message.h"

namespace slipway::http {

Handler static_files(std::filesystem::path folder);

}  // namespace slipway::http
