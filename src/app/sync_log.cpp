#include "app/sync_log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <map>
#include <set>

#include "app/process.h"
#include "model/canonical_json.h"

namespace slipway::app {

Result<SyncLog> SyncLog::open(const std::string& path, std::size_t bytes_max,
                              std::size_t files_max) {
  SyncLog log;
  if (path == "none") return log;
  try {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_st>(path, bytes_max, files_max);
    log.logger_ = std::make_shared<spdlog::logger>("slipway", std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    return fail(ErrorKind::storage, "log-not-writable",
                "Cannot write the log " + path + ": " + error.what(),
                "Choose another file in [log] file, or “none”");
  }
  log.logger_->set_pattern("%v");
  log.logger_->flush_on(spdlog::level::info);
  return log;
}

void SyncLog::write(LogLevel level, std::string_view event, const json::object& details) {
  if (!logger_) return;
  const char* name = level == LogLevel::info      ? "info"
                     : level == LogLevel::warning ? "warning"
                                                  : "error";
  json::object line{{"time", to_text(wall_clock())}, {"level", name}, {"event", event}};
  for (const auto& member : details) line.insert_or_assign(member.key(), member.value());
  logger_->info(json_text(line));
}

namespace {

// "1-468,470": a drain names thousands of entries, most of them in a row.
std::string ranges(const std::set<EntryId>& ids) {
  std::string text;
  for (auto at = ids.begin(); at != ids.end();) {
    const EntryId first = *at;
    EntryId last = first;
    while (++at != ids.end() && *at == last + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(first) +
            (last > first ? "-" + std::to_string(last) : "");
  }
  return text;
}

}  // namespace

void SyncLog::note(const store::Changes& changes) {
  if (!logger_ || changes.entries.empty()) return;
  std::map<Status, std::set<EntryId>> by_status;
  for (const auto& entry : changes.entries) by_status[entry.status].insert(entry.id);
  json::object line;
  for (const auto& [status, ids] : by_status) line[to_text(status)] = ranges(ids);
  write(LogLevel::info, "entries", line);
}

}  // namespace slipway::app
