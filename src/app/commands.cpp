#include "app/commands.h"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <thread>

#include "app/print.h"
#include "app/process.h"
#include "model/canonical_json.h"
#include "model/row_scope.h"

namespace slipway::app {

namespace {

constexpr std::string_view program = "slipway";
constexpr std::chrono::milliseconds watch_interval{1000};

std::string badge(const json::object& status) {
  const std::string connection = text(status, "connection");
  const std::int64_t waiting = number(status, "waiting"), needs_you = number(status, "needsYou");
  std::string words;
  const json::value* pull = find(status, "fullPull");
  if (connection == "online" && pull && pull->is_object())
    words = "Filling, " + std::to_string(number(pull->get_object(), "done")) + " of " +
            std::to_string(number(pull->get_object(), "total")) + " rows, " +
            std::to_string(waiting) + " waiting";
  else if (connection == "online")
    words = waiting ? "Syncing, " + std::to_string(waiting) + " waiting" : "Synced";
  else if (connection == "offline" || connection == "probing")
    words = "Offline, " + std::to_string(waiting) + " waiting";
  else if (connection == "paused")
    words = "Paused, " + std::to_string(waiting) + " waiting";
  else if (connection == "signed-out")
    words = "Sign in again, " + std::to_string(waiting) + " waiting";
  else if (connection == "history-changed")
    words = "The cloud's past changed, " + std::to_string(waiting) + " waiting";
  else if (connection == "standby")
    words = "Standing by, " + std::to_string(waiting) + " waiting";
  else if (connection == "other-cloud")
    words = "Another cloud answers, " + std::to_string(waiting) + " waiting";
  else if (connection == "upgrade-needed")
    words = "Update needed, " + std::to_string(waiting) + " waiting";
  else
    words = connection + ", " + std::to_string(waiting) + " waiting";
  if (const auto lost = number(status, "lost"))
    words += " · " + std::to_string(lost) + " not at the cloud as seen here (slipway lost)";
  if (needs_you) words += " · " + std::to_string(needs_you) + " need you";
  return words;
}

void print_scope(const json::value* scope) {
  if (!scope || !scope->is_object()) return;
  const auto held = scope_from_json(scope->at("held"));
  if (held) std::cout << "  holds        " << in_words(*held) << '\n';
  for (const json::value& name : scope->at("withheld").as_array())
    std::cout << "  not granted  " << std::string_view(name.as_string()) << '\n';
}

void print_status(const json::object& status) {
  std::cout << badge(status) << '\n';
  if (find(status, "reason") && !status.at("reason").is_null())
    std::cout << "  " << text(status, "reason") << '\n';
  std::cout << "  cloud        " << text(status, "cloud") << " (" << text(status, "target") << ")\n"
            << "  last synced  " << text(status, "lastSyncedAt") << '\n'
            << "  waiting      " << number(status, "waiting")
            << (number(status, "held")
                    ? ", held behind others " + std::to_string(number(status, "held"))
                    : "")
            << '\n'
            << "  needs you    " << number(status, "needsYou") << '\n';
  const json::value* counts = find(status, "counts");
  if (counts && counts->is_object())
    std::cout << "  synced       " << number(counts->get_object(), "SUCCESS") << '\n';
  print_scope(find(status, "scope"));
  if (!status.at("nextAttemptInMs").is_null()) {
    std::cout << "  next try in  " << (number(status, "nextAttemptInMs") + 999) / 1000 << " s\n";
  }
}

void print_queue(const json::object& page) {
  const json::array& entries = page.at("entries").as_array();
  if (entries.empty()) std::cout << "No entries.\n";
  for (const json::value& entry : entries) print_entry_line(entry.as_object());
  const std::int64_t total = number(page, "total");
  if (total > std::int64_t(entries.size())) {
    std::cout << "… " << total - std::int64_t(entries.size()) << " more (--limit)\n";
  }
}

void print_columns(const json::object& conflict) {
  std::cout << "  conflict     " << text(conflict, "reason") << ", by " << text(conflict, "who")
            << " at " << text(conflict, "when") << '\n';
  for (const auto& [name, label] :
       {std::pair{"base", "before"}, {"local", "yours"}, {"server", "cloud"}}) {
    std::cout << "    " << std::left << std::setw(11) << label << text(conflict, name) << '\n';
  }
}

// The cloud has moved on since the entry was parked.
void print_newer(const json::object& entry) {
  const json::value* seen = find(entry.at("conflict").get_object(), "version");
  const json::value& current = entry.at("current");
  if (!current.is_object() || !seen || *seen == current.at("version")) return;
  std::cout << "    " << std::left << std::setw(11) << "cloud now"
            << (current.at("deleted").as_bool() ? "deleted" : text(current.get_object(), "values"))
            << '\n';
}

void print_entry(const json::object& entry) {
  print_entry_line(entry);
  std::cout << "  payload      " << text(entry, "payload") << '\n'
            << "  base         " << text(entry, "base") << '\n'
            << "  request id   " << text(entry, "clientRequestId") << '\n'
            << "  written      " << text(entry, "createdAt") << '\n';
  if (!entry.at("errorMessage").is_null())
    std::cout << "  message      " << text(entry, "errorMessage") << '\n';
  if (entry.at("conflict").is_object()) {
    print_columns(entry.at("conflict").get_object());
    print_newer(entry);
  }
  for (const json::value& value : entry.at("attemptLog").as_array()) {
    const json::object& attempt = value.as_object();
    std::cout << "  attempt      " << text(attempt, "sentAt") << "  " << text(attempt, "kind")
              << " → " << text(attempt, "outcome");
    if (!attempt.at("detail").is_null()) std::cout << "  " << text(attempt, "detail");
    std::cout << '\n';
  }
}

void print_lost(const json::object& page) {
  const json::array& rows = page.at("lost").as_array();
  if (rows.empty()) std::cout << "Nothing was lost.\n";
  for (const json::value& value : rows) {
    const json::object& row = value.as_object();
    std::cout << '#' << std::left << std::setw(7) << text(row, "id") << text(row, "entityType")
              << ' ' << text(row, "entityId") << '\n'
              << "  was          "
              << (row.at("deleted").as_bool() ? "deleted" : text(row, "values")) << '\n'
              << "  is           "
              << (row.at("current").is_null() ? "not there" : text(row, "current")) << '\n';
  }
  const std::int64_t more = number(page, "total") - std::int64_t(rows.size());
  if (more > 0) std::cout << "… " << more << " more (--limit)\n";
}

void print_decided(const json::object& answer) {
  if (answer.at("entry").is_null())
    std::cout << "Done.\n";
  else
    std::cout << "Written again as entry #" << text(answer, "entry") << ".\n";
}

// Asks once, or again and again until interrupted.
int run(const CommandOptions& options, const std::string& method, const std::string& path,
        void (*print)(const json::object&), const json::object& body = {}) {
  while (true) {
    const auto answer = ask(options.service, method, path, body);
    if (!answer) return complain(program, answer.error());
    if (options.watch && !options.json) std::cout << "\x1b[H\x1b[2J";
    if (options.json)
      std::cout << json_text(*answer) << '\n';
    else
      print(*answer);
    std::cout << std::flush;
    if (!options.watch || !std::cout) return done;
    std::this_thread::sleep_for(watch_interval);
  }
}

}  // namespace

int show_status(const CommandOptions& options) {
  return run(options, "GET", "/sync/status", print_status);
}

int show_queue(const CommandOptions& options) {
  return run(options, "GET",
             "/sync/queue?limit=" + std::to_string(options.limit) +
                 (options.filter == "all" ? "" : "&filter=" + options.filter),
             print_queue);
}

int show_entry(const CommandOptions& options) {
  return run(options, "GET", "/sync/queue/" + std::to_string(options.entry), print_entry);
}

int show_lost(const CommandOptions& options) {
  return run(options, "GET", "/sync/lost?limit=" + std::to_string(options.limit), print_lost);
}

int restore_lost(const CommandOptions& options) {
  return run(options, "POST", "/sync/lost/" + std::to_string(options.entry) + "/restore",
             print_decided);
}

int dismiss_lost(const CommandOptions& options) {
  return run(options, "POST", "/sync/lost/" + std::to_string(options.entry) + "/dismiss",
             print_decided);
}

int join_cloud(const CommandOptions& options) {
  return run(options, "POST", "/sync/join-cloud", print_status, {{"cloudId", options.cloud_id}});
}

}  // namespace slipway::app
