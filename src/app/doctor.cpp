#include "app/doctor.h"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "app/process.h"
#include "app/run_file.h"
#include "model/canonical_json.h"
#include "sqlite/migrate.h"
#include "store/doctor.h"

namespace slipway::app {

namespace {

using store::Finding;
using store::Grade;

constexpr std::string_view program = "slipway";
constexpr std::uintmax_t space_low_bytes = 256 * 1024 * 1024;
constexpr std::int64_t tried_too_long_ms = 3'600'000;  // as the service's log alarms
constexpr std::int64_t ready_too_long_ms = 60'000;  // an entry that nothing holds back goes at once

using Findings = std::vector<Finding>;

void examine_disk(const std::string& database, Findings& findings) {
  std::error_code failed;
  const auto path = std::filesystem::absolute(database, failed);
  const auto space = std::filesystem::space(path.parent_path(), failed);
  if (!failed) {
    const auto megabytes = space.available / (1024 * 1024);
    findings.push_back({"space",
                        space.available < space_low_bytes ? Grade::unexplained : Grade::fine,
                        std::to_string(megabytes) + " MB are free beside the file."});
  }
  if (const auto names = std::filesystem::hard_link_count(path, failed); !failed && names > 1) {
    findings.push_back({"file", Grade::unexplained,
                        "The file has " + std::to_string(names) +
                            " names (hard links). SQLite keeps its journal by name: programs that "
                            "open it by different names destroy it. Remove all but one."});
  }
}

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(text_at(object, key).value_or(""));
}

// Entries that nothing holds back although the cloud answers, and those that it never takes.
void examine_waiting(const ServiceAddress& service, Findings& findings) {
  const auto page = ask(service, "GET", "/sync/queue?filter=waiting&limit=1000");
  const json::value* entries = page ? find(*page, "entries") : nullptr;
  if (!entries || !entries->is_array()) return;
  const std::string long_ago = to_text(WallTime{wall_clock().ms_since_1970 - ready_too_long_ms});
  const std::string an_hour_ago = to_text(WallTime{wall_clock().ms_since_1970 - tried_too_long_ms});
  for (const json::value& value : entries->get_array()) {
    const json::object& entry = value.as_object();
    const json::value* why = find(entry, "why");
    if (!why || !why->is_object()) continue;
    const std::string code = text_of(why->get_object(), "code");
    if (code == "backoff" && text_of(entry, "createdAt") < an_hour_ago) {
      const std::string id = json_text(entry.at("id"));
      findings.push_back(
          {"queue", Grade::note,
           "Entry #" + id + " was written over an hour ago and is still being tried: " +
               text_of(why->get_object(), "text") + ". What its attempts met: slipway show " + id});
    }
    if (code != "ready") continue;
    if (text_of(entry, "updatedAt") >= long_ago) continue;
    findings.push_back({"queue", Grade::unexplained,
                        "Entry #" + json_text(entry.at("id")) +
                            " has waited for more than a minute although nothing holds it back."});
  }
}

void examine_service(const Result<ServiceAddress>& service, Findings& findings) {
  const auto status = service ? ask(*service, "GET", "/sync/status")
                              : Result<json::object>(std::unexpected(service.error()));
  if (!status) {
    findings.push_back({"connection", Grade::note,
                        "No service works on this file at the moment, so nothing is sent: " +
                            status.error().message + "."});
    return;
  }
  const std::string connection = text_of(*status, "connection");
  const std::string reason = text_of(*status, "reason");
  findings.push_back({"connection", connection == "online" ? Grade::fine : Grade::note,
                      "The service at " + service->url + " is " + connection + " with " +
                          text_of(*status, "cloud") + (reason.empty() ? "." : ": " + reason)});
  if (connection == "online") examine_waiting(*service, findings);
}

// Shown, never decided upon; but a person may wonder about the times in the queue.
void examine_time(sqlite::Database& database, Findings& findings) {
  if (!sqlite::table_exists(database, "SyncQueue")) return;
  auto query = database.prepare("SELECT max(\"updatedAt\") FROM \"SyncQueue\"");
  const std::string now = to_text(wall_clock());
  const bool ahead = query.step() && !query.is_null(0) && query.text(0) > now;
  findings.push_back({"clock", ahead ? Grade::note : Grade::fine,
                      "It is " + now + " by this machine's clock" +
                          (ahead ? "; entries are dated later than that, so it was set back. Order "
                                   "and syncing do not depend on it."
                                 : ".")});
}

int print(const Findings& findings, bool as_json) {
  const auto unexplained = std::ranges::count(findings, Grade::unexplained, &Finding::grade);
  if (as_json) {
    json::array list;
    for (const Finding& finding : findings) list.push_back(store::to_json(finding));
    std::cout << json_text(
                     json::object{{"findings", std::move(list)}, {"unexplained", unexplained}})
              << std::endl;
  } else {
    for (const Finding& finding : findings) {
      const char* mark = finding.grade == Grade::fine   ? "ok   "
                         : finding.grade == Grade::note ? "note "
                                                        : "BAD  ";
      std::cout << mark << std::left << std::setw(12) << finding.subject << finding.text << '\n';
    }
    if (unexplained == 0)
      std::cout << "Everything is explained." << std::endl;
    else
      std::cout << unexplained << " unexplained." << std::endl;
  }
  return unexplained == 0 ? done : failed;
}

}  // namespace

int doctor(const std::string& database, const Result<ServiceAddress>& service, bool as_json) {
  if (auto there = check_database(database); !there) return complain(program, there.error());
  Findings findings;
  examine_service(service, findings);
  try {
    sqlite::Database file(database, sqlite::OpenMode::read_only, std::chrono::seconds(5));
    Findings inside = store::examine(file);
    findings.insert(findings.end(), inside.begin(), inside.end());
    examine_time(file, findings);
  } catch (const sqlite::Failure& failure) {
    const Error error = sqlite::to_error(failure, "examining " + database);
    findings.push_back({"file", Grade::unexplained, error.message + "."});
  }
  examine_disk(database, findings);
  return print(findings, as_json);
}

}  // namespace slipway::app
