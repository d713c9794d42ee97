#include "store/table_rule.h"

#include <algorithm>
#include <cctype>

namespace slipway::store {

namespace {

// A word or a quoted name of SQL, without its quotes; or one other character, or a text in quotes.
struct Token {
  std::string text;
  bool is_name = false;
  std::size_t begin = 0, end = 0;  // in the SQL
};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80);
}

std::size_t end_of_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size());
  if (sql.substr(at, 2) != "/*") return at;
  const std::size_t end = sql.find("*/", at + 2);
  return end == sql.npos ? sql.size() : end + 2;
}

// `at` is at the opening quote; a quote that is doubled is one of the name.
Token quoted_at(std::string_view sql, std::size_t at) {
  const char close = sql[at] == '[' ? ']' : sql[at];
  Token token{.text = {}, .is_name = sql[at] != '\'', .begin = at, .end = at};
  std::size_t i = at + 1;
  for (; i < sql.size(); ++i) {
    if (sql[i] == close && (close == ']' || sql.substr(i + 1, 1) != std::string_view(&close, 1)))
      break;
    if (sql[i] == close) ++i;
    token.text += sql[i];
  }
  token.end = std::min(i + 1, sql.size());
  return token;
}

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t past = end_of_comment(sql, at); past > at) {
      at = past;
    } else if (std::isspace(static_cast<unsigned char>(sql[at]))) {
      ++at;
    } else if (std::string_view("\"'`[").find(sql[at]) != std::string_view::npos) {
      tokens.push_back(quoted_at(sql, at));
      at = tokens.back().end;
    } else {
      std::size_t end = at;
      while (end < sql.size() && is_word(sql[end])) ++end;
      const bool is_name = end > at;
      if (!is_name) ++end;
      tokens.push_back({std::string(sql.substr(at, end - at)), is_name, at, end});
      at = end;
    }
  }
  return tokens;
}

// As SQLite compares names: only A to Z have another case.
bool same_name(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
  return std::ranges::equal(one, other, {}, lower, lower);
}

struct Check {
  std::string name;  // empty: it has none
  std::string text;
};

// `open` is the place of a bracket among the tokens; gives the text up to the one that closes it.
std::string in_brackets(std::string_view sql, const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    const char bracket = tokens[i].is_name ? ' ' : sql[tokens[i].begin];
    depth += bracket == '(' ? 1 : bracket == ')' ? -1 : 0;
    if (depth == 0)
      return std::string(sql.substr(tokens[open].end, tokens[i].begin - tokens[open].end));
  }
  return {};
}

std::vector<Check> checks_in(std::string_view definition) {
  const std::vector<Token> tokens = tokens_of(definition);
  std::vector<Check> checks;
  for (std::size_t i = 2; i + 1 < tokens.size(); ++i) {
    if (!same_name(tokens[i].text, "CHECK") || tokens[i + 1].text != "(") continue;
    const bool has_name = same_name(tokens[i - 2].text, "CONSTRAINT");
    checks.push_back({has_name ? tokens[i - 1].text : "", in_brackets(definition, tokens, i + 1)});
  }
  return checks;
}

// SQLite says a check's name, or its text; of a text that begins with a quoted name only that.
// Nothing where several may be meant.
std::optional<Check> check_that_said(const std::vector<Check>& checks, std::string_view said) {
  std::optional<Check> found;
  for (const Check& check : checks) {
    const std::vector<Token> tokens = tokens_of(check.text);
    const bool begins_quoted =
        !tokens.empty() && tokens[0].end - tokens[0].begin > tokens[0].text.size();
    const bool meant = !check.name.empty() ? same_name(check.name, said)
                       : begins_quoted     ? tokens[0].text == said
                                           : check.text == said;
    if (!meant) continue;
    if (found) return std::nullopt;
    found = check;
  }
  return found;
}

std::string definition_of(sqlite::Database& database, const Table& table) {
  auto query = database.cached(
      "SELECT \"sql\" FROM \"sqlite_schema\" WHERE \"type\" = 'table' AND \"name\" = ?1");
  query->bind_all(table.name);
  return query->step() ? query->optional_text(0).value_or("") : "";
}

// A column that the rule names: rather one that was written.
std::string column_to_blame(const Table& table, std::string_view rule,
                            const json::object& written) {
  const std::vector<Token> tokens = tokens_of(rule);
  std::string blamed;
  for (const Field& field : table.fields) {
    const bool named = std::ranges::any_of(tokens, [&](const Token& token) {
      return token.is_name && same_name(token.text, field.column);
    });
    if (!named) continue;
    if (written.contains(field.name)) return field.column;
    if (blamed.empty()) blamed = field.column;
  }
  return blamed;
}

std::optional<std::string_view> after(std::string_view said, std::string_view beginning) {
  if (!said.starts_with(beginning)) return std::nullopt;
  return said.substr(beginning.size());
}

Error of_check(sqlite::Database& database, const Table& table, const EntityKey& entity,
               std::string_view said, const json::object& written) {
  const auto check = check_that_said(checks_in(definition_of(database, table)), said);
  const std::string text = check ? check->text : std::string(said);
  Error error;
  error.message = to_text(entity) + " breaks " +
                  (check && !check->name.empty() ? "the rule “" + check->name + "”" : "a rule") +
                  " of this database: " + text;
  error.field = column_to_blame(table, text, written);
  return error;
}

Error in_words(sqlite::Database& database, const Table& table, const EntityKey& entity,
               std::string_view said, const json::object& written) {
  if (const auto rule = after(said, "CHECK constraint failed: "))
    return of_check(database, table, entity, *rule, written);
  Error error;
  if (const auto column = after(said, "NOT NULL constraint failed: " + table.name + ".")) {
    error.message = to_text(entity) + " needs a value in " + std::string(*column);
    error.field = *column;
  } else if (const auto index = after(said, "UNIQUE constraint failed: index ")) {
    error.message = "Another " + table.name + " has such values already, and the index " +
                    std::string(*index) + " takes them once";
  } else {
    error.message = "The database refused " + to_text(entity) + ": " + std::string(said);
  }
  return error;
}

}  // namespace

Error refusal_in_words(sqlite::Database& database, const Table& table, const EntityKey& entity,
                       const sqlite::Failure& failure, const json::object& written) {
  Error error = in_words(database, table, entity, failure.said(), written);
  error.kind = ErrorKind::invalid;
  error.type = "constraint";
  error.hint = "Nothing was written. Correct it and send it again. SQLite says: " + failure.said();
  return error;
}

}  // namespace slipway::store
