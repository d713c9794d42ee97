#include "app/decisions.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <set>
#include <utility>

#include "app/print.h"
#include "app/process.h"
#include "model/canonical_json.h"
#include "store/resolution.h"

namespace slipway::app {

namespace {

constexpr std::string_view program = "slipway";

// What the answer calls things, for one command.
struct Words {
  const char* closed;
  const char* would_close;
};

void print_payload(const json::object& entry) {
  print_entry_line(entry);
  const json::value* base = find(entry, "base");
  for (const auto& member : entry.at("payload").as_object()) {
    const std::string field(member.key());
    const json::value* carried = find(entry, "carried");
    const bool is_carried = carried && std::ranges::find(carried->as_array(), json::value(field)) !=
                                           carried->as_array().end();
    std::cout << "    " << field << ": " << text(entry.at("payload").as_object(), field);
    if (is_carried)
      std::cout << "  (as it was)";
    else if (base && base->is_object() && find(base->get_object(), field))
      std::cout << "  (over " << text(base->get_object(), field) << ")";
    std::cout << '\n';
  }
}

void print_row(const json::object& row) {
  std::cout << "  " << text(row, "entityType") << ' ' << text(row, "entityId");
  if (!row.at("values").is_object())
    std::cout << " is gone\n";
  else
    std::cout << ' ' << json_text(row.at("values")) << '\n';
}

void print_decision(const json::object& answer, const Words& words) {
  const bool dry_run = answer.at("dryRun").as_bool();
  const json::array& closed = answer.at("closed").as_array();
  const json::array& appended = answer.at("appended").as_array();
  if (closed.empty() && appended.empty()) {
    std::cout << "It is tried " << (dry_run ? "when it is its turn" : "now") << ":\n";
    for (const json::value& entry : answer.at("entries").as_array())
      print_entry_line(entry.as_object());
    return;
  }
  if (!closed.empty()) std::cout << (dry_run ? words.would_close : words.closed) << '\n';
  for (const json::value& entry : closed) print_entry_line(entry.as_object());
  if (!appended.empty()) std::cout << (dry_run ? "Would be written:\n" : "Written:\n");
  for (const json::value& entry : appended) print_payload(entry.as_object());
  if (!dry_run) return;
  std::cout << "Rows afterwards:\n";
  for (const json::value& row : answer.at("rows").as_array()) print_row(row.as_object());
}

int decide(const CommandOptions& options, const std::string& verb, const Words& words,
           const json::object& body = {}) {
  const std::string path = "/sync/queue/" + std::to_string(options.entry) + "/" + verb +
                           (options.dry_run ? "?dryRun=1" : "");
  auto answer = ask(options.service, "POST", path, body);
  if (!answer) {
    Error error = answer.error();
    if (error.type == "has-dependants") {
      error.hint =
          "Nothing was changed. Look at them with --dry-run, then discard them along with "
          "it: --with-dependants";
    }
    return complain(program, error);
  }
  if (options.json)
    std::cout << json_text(*answer) << '\n';
  else
    print_decision(*answer, words);
  return done;
}

constexpr Words superseding{"Closed:", "Would be closed:"};

// "city=Kiel" → city, Kiel.
std::optional<std::pair<std::string, std::string>> assignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == word.npos || equals == 0) return std::nullopt;
  return std::pair(word.substr(0, equals), word.substr(equals + 1));
}

// Text where the field holds text; else what JSON makes of it: 7, true, null.
json::value value_of(const std::string& word, const json::object& entry, const std::string& field) {
  for (const char* side : {"payload", "base"}) {
    const json::value* known = find(entry.at(side).as_object(), field);
    if (known && known->is_string()) return json::value(word);
  }
  auto parsed = parse_json(word, "the value");
  return parsed ? std::move(*parsed) : json::value(word);
}

// What is wrong with the words of --field and --take, before anybody is asked.
Result<void> check_assignments(const CommandOptions& options) {
  const auto wrong = [](std::string message, std::string hint) {
    return fail(ErrorKind::invalid, "wrong-use", std::move(message), std::move(hint));
  };
  std::set<std::string> named;
  const auto is_new = [&](const std::string& field) { return named.insert(field).second; };
  const std::string once = "Say of each field once what it shall be. Nothing was changed";
  for (const std::string& word : options.fields) {
    const auto parts = assignment(word);
    if (!parts) return wrong("--field " + word + " is not understood", "Write --field city=Kiel");
    if (!is_new(parts->first)) return wrong("“" + parts->first + "” is named twice", once);
  }
  for (const std::string& word : options.take) {
    const auto parts = assignment(word);
    if (!parts || !store::side_from_text(parts->second))
      return wrong("--take " + word + " is not understood",
                   "Write --take city=local, city=server or city=base");
    if (!is_new(parts->first)) return wrong("“" + parts->first + "” is named twice", once);
  }
  return {};
}

}  // namespace

int retry_entry(const CommandOptions& options) {
  return decide(options, "retry", superseding);
}

int force_entry(const CommandOptions& options) {
  return decide(options, "force", superseding);
}

int discard_entry(const CommandOptions& options) {
  return decide(options, "discard", {"Discarded:", "Would be discarded:"},
                {{"withDependants", options.with_dependants}});
}

int resolve_entry(const CommandOptions& options) {
  if (options.fields.empty() && options.take.empty()) {
    return complain(program,
                    {ErrorKind::invalid, "wrong-use", "It is not said what any field shall be",
                     "Write --field city=Kiel for a value, --take city=server for the cloud's"},
                    wrong_use);
  }
  if (auto checked = check_assignments(options); !checked)
    return complain(program, checked.error(), wrong_use);
  const auto entry = ask(options.service, "GET", "/sync/queue/" + std::to_string(options.entry));
  if (!entry) return complain(program, entry.error());
  json::object fields, take;
  for (const std::string& word : options.fields) {
    const auto parts = assignment(word);
    fields[parts->first] = value_of(parts->second, *entry, parts->first);
  }
  for (const std::string& word : options.take) {
    const auto parts = assignment(word);
    take[parts->first] = parts->second;
  }
  return decide(options, "resolve", superseding,
                {{"fields", std::move(fields)},
                 {"take", std::move(take)},
                 {"withDependants", options.with_dependants}});
}

int undo_entry(const CommandOptions& options) {
  return decide(options, "undo", superseding);
}

int say_outcome(const CommandOptions& options) {
  json::object said{{"happened", options.happened == "yes"}};
  if (!options.given_id.empty()) {
    const auto id = parse_json(options.given_id, "an id");
    said["cloudId"] = id ? *id : json::value(options.given_id);
  }
  return decide(options, "outcome", {"Settled by your word:", "Would be settled by your word:"},
                std::move(said));
}

}  // namespace slipway::app
