// Whether a cloud's SQLite file is whole. Called by slipway-cloud doctor; reads only, all of it,
// and may run beside serve.
#pragma once

#include <string>
#include <vector>

namespace slipway::app {

// What is damaged, in words: what SQLite finds, and values that are no JSON objects. Empty:
// nothing.
std::vector<std::string> damage_of(const std::string& file);

}  // namespace slipway::app
