// What generate.cpp (customers, shipments) and documents.cpp (quotes, invoices) share; for them
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "freight/generate.h"
#include "freight/ports.h"

namespace slipway::freight {

struct Generator::Home {
  std::string id;
  std::size_t port = 0;
  std::string_view currency;
};

struct Generator::Route {
  const Port* origin = nullptr;
  const Port* destination = nullptr;
  std::string_view mode;
  std::uint64_t minutes = 0;
};

WallTime later(WallTime at, std::uint64_t minutes);
WallTime earlier(WallTime at, std::uint64_t minutes);
std::string numbered(const char* prefix, std::size_t index);  // ("S26-", 0) → "S26-000001"

}  // namespace slipway::freight
