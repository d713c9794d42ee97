#include "store/meta.h"

#include <charconv>

namespace slipway::store {

std::optional<std::string> read_meta(sqlite::Database& database, std::string_view key) {
  auto query = database.cached("SELECT \"value\" FROM \"sync_meta\" WHERE \"key\" = ?1");
  query->bind(1, key);
  if (!query->step()) return std::nullopt;
  return std::string(query->text(0));
}

void write_meta(sqlite::Database& database, std::string_view key, std::string_view value) {
  database
      .cached(
          "INSERT INTO \"sync_meta\" (\"key\", \"value\") VALUES (?1, ?2)"
          " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"")
      ->bind_all(key, value)
      .run();
}

std::int64_t read_meta_integer(sqlite::Database& database, std::string_view key) {
  const auto text = read_meta(database, key);
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

std::optional<Version> read_meta_version(sqlite::Database& database, std::string_view key) {
  const auto text = read_meta(database, key);
  if (!text) return std::nullopt;
  auto version = version_from_text(*text);
  if (!version) return std::nullopt;
  return std::move(*version);
}

void throw_damaged(std::string_view key) {
  throw sqlite::Failure(11 /* SQLITE_CORRUPT */,
                        "“" + std::string(key) + "” in sync_meta is missing or cannot be read");
}

std::string known_meta(sqlite::Database& database, std::string_view key) {
  auto text = read_meta(database, key);
  if (!text) throw_damaged(key);
  return std::move(*text);
}

Version known_meta_version(sqlite::Database& database, std::string_view key) {
  auto version = read_meta_version(database, key);
  if (!version) throw_damaged(key);
  return std::move(*version);
}

}  // namespace slipway::store
