// The examination of a database file, in words: what state it is in, and whether everything in it
// can be explained. Reads only; a service may be working on the file meanwhile, or none.
// Called by the command line. Throws sqlite::Failure.
#pragma once

#include <string>
#include <vector>

#include "model/json.h"
#include "sqlite/sqlite.h"

namespace slipway::store {

enum class Grade {
  fine,
  note,         // somebody should know, and it is explained
  unexplained,  // nothing that Slipway does or waits for makes it so
};
std::string_view to_text(Grade grade);  // "fine", "note", "unexplained"

struct Finding {
  std::string subject;  // one word, stable
  Grade grade = Grade::fine;
  std::string text;
};
json::object to_json(const Finding& finding);

// One consistent look at the whole file.
std::vector<Finding> examine(sqlite::Database& database);

}  // namespace slipway::store
