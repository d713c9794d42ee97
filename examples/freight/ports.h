// Real ports and freight hubs under their UN/LOCODE, with what the generator needs to know of them.
// Pure data, readable by anyone.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace slipway::freight {

enum class Region { europe, north_america, south_america, middle_east, africa, asia, oceania };

struct Port {
  std::string_view code;  // "DEHAM"; the first two letters are its country, ISO 3166-1 alpha-2
  std::string_view name;
  Region region;
  bool by_land;  // trucks and trains reach the rest of its region from here

  std::string_view country() const { return code.substr(0, 2); }
};

std::span<const Port> ports();

}  // namespace slipway::freight
