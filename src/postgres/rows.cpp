#include <libpq-fe.h>

#include <charconv>

#include "base/check.h"
#include "postgres/postgres.h"

namespace slipway::postgres {

void Rows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int Rows::size() const {
  return PQntuples(result_.get());
}

bool Rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string_view Rows::text(int row, int column) const {
  CHECK(row < size() && column < PQnfields(result_.get()));
  return {PQgetvalue(result_.get(), row, column),
          std::size_t(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::integer(int row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  CHECK(error == std::errc() && end == digits.data() + digits.size());
  return value;
}

bool Rows::boolean(int row, int column) const {
  return text(row, column) == "t";
}

std::optional<std::int64_t> Rows::optional_integer(int row, int column) const {
  return is_null(row, column) ? std::nullopt : std::optional(integer(row, column));
}

std::optional<std::string> Rows::optional_text(int row, int column) const {
  return is_null(row, column) ? std::nullopt : std::optional(std::string(text(row, column)));
}

std::int64_t Rows::changed() const {
  const std::string_view digits = PQcmdTuples(result_.get());
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace slipway::postgres
