// Changes JSON as JSON: most changes of bytes break a text before they reach what reads the values.
// One input in eight is left to libFuzzer's own bytes. Linked by targets whose inputs are JSON.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/random.h"
#include "fuzz.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace slipway::fuzz {
namespace {

void collect(json::value& value, std::vector<json::value*>& places) {
  places.push_back(&value);
  if (auto* array = value.if_array()) {
    for (json::value& element : *array) collect(element, places);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) collect(member.value(), places);
  }
}

json::value& any_place(json::value& value, Random& random) {
  std::vector<json::value*> places;
  collect(value, places);
  return *places[random.below(places.size())];
}

json::value scalar(Random& random) {
  switch (random.below(16)) {
    case 0:
      return nullptr;
    case 1:
      return true;
    case 2:
      return false;
    case 3:
      return 0;
    case 4:
      return -1;
    case 5:
      return 1.5;
    case 6:
      return 1e300;
    case 7:
      return json_integer_max + std::int64_t(random.below(3)) - 1;
    case 8:
      return "";
    case 9:
      return "@cursor";
    case 10:
      return "@next";
    case 11:
      return json::value("@item" + std::to_string(random.below(3)));
    case 12:
      return json::value(std::string(1 + random.below(40), '\0'));
    case 13:
      return json::array{};
    case 14:
      return json::object{};
    default:
      return std::int64_t(random.below(20));
  }
}

void change_text(json::string& text, Random& random) {
  if (text.empty() || random.chance(1, 4)) {
    text.insert(random.below(text.size() + 1), 1, char('0' + random.below(75)));
  } else {
    text.erase(random.below(text.size()), 1);
  }
}

void change_array(json::array& array, Random& random) {
  if (array.empty()) return;
  const std::size_t at = random.below(array.size()), other = random.below(array.size());
  if (random.chance(1, 3)) {
    array.erase(array.begin() + std::ptrdiff_t(at));
  } else if (random.chance(1, 2)) {
    const json::value copy = array[at];
    array.insert(array.begin() + std::ptrdiff_t(other), copy);
  } else {
    std::swap(array[at], array[other]);
  }
}

void change_object(json::object& object, json::value& root, Random& random) {
  if (object.empty() || random.chance(1, 4)) {  // a member as another object of the text has it
    const json::object* other = any_place(root, random).if_object();
    if (!other || other->empty()) return;
    const auto member = other->begin() + std::ptrdiff_t(random.below(other->size()));
    const std::string key(member->key());
    object.insert_or_assign(key, json::value(member->value()));
    return;
  }
  const auto member = object.begin() + std::ptrdiff_t(random.below(object.size()));
  if (random.chance(1, 2)) {
    object.erase(member);
    return;
  }
  std::string key(member->key());
  const json::value value = member->value();
  object.erase(member);
  key.insert(random.below(key.size() + 1), 1, char('a' + random.below(26)));
  object.insert_or_assign(key, value);
}

void change(json::value& root, Random& random) {
  json::value& place = any_place(root, random);
  if (random.chance(1, 4)) {
    place = scalar(random);
  } else if (random.chance(1, 5)) {
    const json::value copy = any_place(root, random);
    place = copy;
  } else if (place.is_int64() && std::abs(place.get_int64() / 2) < json_integer_max) {
    place = place.get_int64() + (random.chance(1, 2) ? 1 : -1);
  } else if (auto* text = place.if_string()) {
    change_text(*text, random);
  } else if (auto* array = place.if_array()) {
    change_array(*array, random);
  } else if (auto* object = place.if_object()) {
    change_object(*object, root, random);
  } else {
    place = scalar(random);
  }
}

std::size_t write_back(const json::value& value, std::uint8_t* data, std::size_t size_max) {
  const std::string text = json::serialize(value);
  if (text.size() > size_max) return 0;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace
}  // namespace slipway::fuzz

using namespace slipway;
using namespace slipway::fuzz;

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t size_max, unsigned seed) {
  Random random(seed);
  if (auto value = parse_json(text_of(data, size), "an input"); value && !random.chance(1, 8)) {
    for (std::uint64_t changes = random.between(1, 4); changes > 0; --changes)
      change(*value, random);
    if (const std::size_t written = write_back(*value, data, size_max)) return written;
  }
  return LLVMFuzzerMutate(data, size, size_max);
}

// A part of the second text takes the place of a part of the first.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data, std::size_t size,
                                                 const std::uint8_t* other, std::size_t other_size,
                                                 std::uint8_t* out, std::size_t size_max,
                                                 unsigned seed) {
  Random random(seed);
  auto value = parse_json(text_of(data, size), "an input");
  auto second = parse_json(text_of(other, other_size), "another");
  if (!value || !second) return 0;
  json::value& place = any_place(*value, random);
  const json::value part = any_place(*second, random);
  if (place.is_array() && random.chance(1, 2)) {
    place.get_array().push_back(part);
  } else {
    place = part;
  }
  return write_back(*value, out, size_max);
}
