// The migrations of a folder, in their order: for tests that make a file as an older version did.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace slipway::test {

struct MigrationFile {
  int number;
  std::string sql;
};

// `folder`: below the root of the sources.
inline std::vector<MigrationFile> migrations_in(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::directory_iterator(SLIPWAY_SOURCE_FOLDER "/" + folder))
    paths.push_back(file.path());
  std::ranges::sort(paths);
  std::vector<MigrationFile> migrations;
  for (const auto& path : paths) {
    std::ifstream file(path);
    migrations.push_back(
        {std::stoi(path.filename().string()),
         {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
  }
  return migrations;
}

}  // namespace slipway::test
