// I14: what a person is shown before a decision changes nothing, and the decision does what it
// told.

#include "checks.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

// Of all tables, the app's as well.
std::string contents_of(sqlite::Database& database) {
  std::string text;
  for (const TextRow& table :
       query(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
    auto rows = database.cached("SELECT * FROM \"" + table[0] + "\"");
    text += table[0] + "\n";
    while (rows->step()) {
      for (int i = 0; i < rows->column_count(); ++i) {
        text += '|';
        text += rows->is_null(i) ? "NULL" : rows->text(i);
      }
      text += '\n';
    }
  }
  return text;
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += " " + word;
  return text;
}

// But for what is drawn anew each time: ids of groups and numbers' nonces, and so ids of entries.
std::string told_by(const Result<store::Decided>& answer) {
  if (!answer) return "refused: " + answer.error().type + ", " + answer.error().message;
  std::string text;
  for (const store::Entry& entry : answer->closed)
    text += "closed " + std::to_string(entry.id) + " " + std::string(to_text(entry.status)) + "\n";
  for (const store::Entry& entry : answer->appended) {
    const Body& body = entry.body;
    text += "appended " + std::to_string(entry.id) + " " + std::string(to_text(entry.status)) +
            " " + std::string(to_text(body.op)) + " " + to_text(body.entity) + " " +
            canonical_json(body.payload) + " on " + canonical_json(body.base) + " of " +
            canonical_json(body.base_versions) + " for " + body.supersedes.value_or("nothing") +
            ", after" + list_of(entry.depends_on) + "\n";
  }
  for (const EntryId id : answer->dependants) text += "dependant " + std::to_string(id) + "\n";
  for (const store::RowAfter& row : answer->rows) {
    text += to_text(row.entity) + " = " +
            (row.values ? canonical_json(*row.values) : std::string("no row")) + "\n";
  }
  return text;
}

bool failed_at_its_disk(Device& device, const Result<store::Decided>& answer) {
  if (device.disk().is_dead() || device.store().failed()) return true;
  if (answer || answer.error().type == "needs-cloud") return false;
  return answer.error().kind == ErrorKind::storage || answer.error().kind == ErrorKind::busy;
}

}  // namespace

std::optional<std::string> preview(Run& run, Device& device, const store::Wish& wish,
                                   WallTime now) {
  if (device.store().failed()) return std::nullopt;
  const std::string before = contents_of(device.raw());
  const auto told = device.store().decide(wish, store::DecideMode::preview, now);
  if (failed_at_its_disk(device, told)) return std::nullopt;
  run.seen(told ? "a decision is previewed" : "a preview is refused");
  if (contents_of(device.raw()) != before)
    run.violated("I14", device.name() + ": the preview of a decision changed the database");
  return told_by(told);
}

void check_deed(Run& run, Device& device, const std::string& previewed,
                const Result<store::Decided>& deed) {
  if (failed_at_its_disk(device, deed)) return;
  const std::string did = told_by(deed);
  if (did == previewed) return;
  run.violated("I14", device.name() + ": a decision did " + did + "its preview told " + previewed);
}

}  // namespace slipway::sim
