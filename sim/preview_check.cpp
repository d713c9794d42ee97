// What a person is shown before a decision: it changes nothing, and the deed does what it told.

#include "checks.h"
#include "model/canonical_json.h"

namespace slipway::sim {

namespace {

std::string contents_of(sqlite::Database& database) {
  std::string text;
  for (const TextRow& table :
       query(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
    for (const TextRow& row : query(database, "SELECT * FROM \"" + table[0] + "\"")) {
      text += table[0];
      for (const std::string& value : row) text += "|" + value;
      text += "\n";
    }
  }
  return text;
}

// But for what is drawn anew each time: ids of groups, and so ids of entries.
std::string told_by(const Result<store::Decided>& answer) {
  if (!answer) return "refused: " + answer.error().type;
  std::string text;
  for (const store::Entry& entry : answer->closed)
    text += "closed " + std::to_string(entry.id) + " " + std::string(to_text(entry.status)) + "\n";
  for (const store::Entry& entry : answer->appended) {
    text += "appended " + std::to_string(entry.id) + " " + std::string(to_text(entry.body.op)) +
            " " + to_text(entry.body.entity) + " " + canonical_json(entry.body.payload) + " on " +
            canonical_json(entry.body.base) + "\n";
  }
  for (const EntryId id : answer->dependants) text += "dependant " + std::to_string(id) + "\n";
  for (const store::RowAfter& row : answer->rows) {
    text += to_text(row.entity) + " = " +
            (row.values ? canonical_json(*row.values) : std::string("no row")) + "\n";
  }
  return text;
}

bool is_of_the_disk(const Result<store::Decided>& answer) {
  return !answer && (answer.error().kind == ErrorKind::storage ||
                     answer.error().kind == ErrorKind::busy);
}

}  // namespace

std::optional<Preview> preview(Run& run, Device& device, const store::Wish& wish, WallTime now) {
  const std::string before = contents_of(device.raw());
  auto told = device.store().decide(wish, store::DecideMode::preview, now);
  if (device.disk().is_dead() || is_of_the_disk(told)) return std::nullopt;
  run.seen("a decision is previewed");
  if (contents_of(device.raw()) != before)
    run.violated("I14", device.name() + ": the preview of a decision changed the database");
  return Preview{told_by(told)};
}

void check_deed(Run& run, Device& device, const Preview& preview,
                const Result<store::Decided>& deed) {
  if (is_of_the_disk(deed)) return;
  const std::string did = told_by(deed);
  if (did == preview.told) return;
  run.violated("I14", device.name() + ": the preview told " + preview.told +
                          ", and the decision did " + did);
}

}  // namespace slipway::sim
