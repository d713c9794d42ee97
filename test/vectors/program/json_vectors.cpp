// What our parser makes of texts that others collected: a line of JSON for each. It judges nothing;
// json.test.mjs does. The folder SLIPWAY_VECTORS holds the texts as files, and numbers.txt, the
// bits of a double in hexadecimal in each line.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "model/canonical_json.h"

namespace {

using namespace slipway;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

void print(const json::object& line) {
  std::cout << json::serialize(line) << '\n';
}

void tell_of_text(const std::filesystem::path& file) {
  const auto value = parse_json(content_of(file), "the text");
  json::object line{{"name", file.filename().string()}, {"accepted", value.has_value()}};
  if (value)
    line["canonical"] = canonical_json(*value);
  else
    line["error"] = value.error().type;
  print(line);
}

void tell_of_numbers(const std::filesystem::path& file) {
  std::ifstream lines(file);
  for (std::string bits; std::getline(lines, bits);) {
    const double number = std::bit_cast<double>(std::uint64_t(std::stoull(bits, nullptr, 16)));
    print({{"number", bits}, {"canonical", canonical_json(json::value(number))}});
  }
}

}  // namespace

int main() {
  const char* folder = std::getenv("SLIPWAY_VECTORS");
  if (!folder) {
    std::fputs("json_vectors: SLIPWAY_VECTORS must name a folder\n", stderr);
    return 2;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() == "numbers.txt")
      tell_of_numbers(entry.path());
    else
      tell_of_text(entry.path());
  }
  return 0;
}
