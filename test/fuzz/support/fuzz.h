// What every fuzz target uses: bytes as text, and demands that end the process, so that libFuzzer
// keeps the input that broke one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/json.h"

namespace slipway::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes the text up to the next line's end off the front of `rest`.
std::string_view next_line(std::string_view& rest);

void demand(bool holds, std::string_view what);

template <class T>
const T& demand_value(const Result<T>& result, std::string_view what) {
  if (!result) demand(false, std::string(what) + ": " + result.error().message);
  return *result;
}

bool is_valid_utf8(std::string_view text);

// The text, read again, has the same canonical form.
void demand_reads_back(const json::value& value, std::string_view text, std::string_view what);

}  // namespace slipway::fuzz
