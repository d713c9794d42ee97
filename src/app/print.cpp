#include "app/print.h"

#include <iomanip>
#include <iostream>
#include <sstream>

#include "model/canonical_json.h"

namespace slipway::app {

std::string text(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (!value || value->is_null()) return "–";
  return value->is_string() ? std::string(value->get_string()) : json_text(*value);
}

std::int64_t number(const json::object& object, std::string_view key) {
  return integer_at(object, key).value_or(0);
}

void print_entry_line(const json::object& entry) {
  std::ostringstream line;
  line << '#' << std::left << std::setw(7) << text(entry, "id") << std::setw(11)
       << text(entry, "status") << std::setw(26) << text(entry, "action") << ' '
       << text(entry, "entityId");
  const json::value* why = find(entry, "why");
  if (why && why->is_object()) line << "  · " << text(why->get_object(), "text");
  std::cout << line.str() << '\n';
}

}  // namespace slipway::app
