// What the doctor says of a desk's file: nothing that it cannot explain, whatever befalls the desk,
// but each thing that another program has done to it.

#include "app.h"
#include "checks.h"
#include "store/doctor.h"

namespace slipway::sim {

namespace {

using Unexplained = std::map<std::string, std::string>;  // what is told, by subject

Unexplained unexplained_in(sqlite::Database& database) {
  Unexplained told;
  for (const store::Finding& finding : store::examine(database)) {
    if (finding.grade == store::Grade::unexplained) told[finding.subject] += finding.text + " ";
  }
  return told;
}

// A row shows what nobody wrote: one of which the cloud's state is kept apart, if there is any;
// else a row is gone to which no other refers. False: there is neither.
bool falsify_row(sqlite::Database& database) {
  for (const std::string type : {"Parent", "Child", "Guard"}) {
    const std::string column = type == "Parent" ? "memo" : type == "Child" ? "title" : "note";
    database.execute(
        "UPDATE \"" + type + "\" SET \"" + column +
        "\" = 'of another program' WHERE id = (SELECT entityId FROM SyncShadow JOIN \"" + type +
        "\" AS app ON app.id = entityId WHERE entityType = '" + type +
        "' AND state <> 'SAME' AND quarantine IS NULL LIMIT 1)");
    if (database.changes() > 0) return true;
  }
  database.execute(
      "DELETE FROM \"Guard\" WHERE id = (SELECT entityId FROM SyncShadow WHERE entityType = 'Guard'"
      " AND state = 'SAME' AND quarantine IS NULL LIMIT 1)");
  return database.changes() > 0;
}

bool falsify_entry(sqlite::Database& database) {
  database.execute("DROP TRIGGER \"SyncQueue_body_is_fixed\"");
  database.execute(
      "UPDATE SyncQueue SET action = 'OF_ANOTHER_PROGRAM' WHERE id = (SELECT max(id) FROM"
      " SyncQueue WHERE clientRequestId IS NOT NULL)");
  return database.changes() > 0;
}

}  // namespace

void check_doctor(Run& run, Device& device) {
  for (const auto& [subject, text] : unexplained_in(device.raw()))
    run.violated("I29", device.name() + ": the doctor cannot explain its " + subject + ": " + text);
}

void check_doctor_sees(Run& run, Device& device) {
  Disk disk(device.disk().image());
  sqlite::Database database(app_file, sqlite::OpenMode::existing, Duration(0),
                            disk.vfs(Program::neighbour));
  std::set<std::string> harmed{"guards"};
  if (falsify_row(database)) harmed.insert("rows");
  if (falsify_entry(database)) harmed.insert("ids");
  const Unexplained told = unexplained_in(database);
  for (const std::string& subject : harmed) {
    run.seen("the doctor finds harm: " + subject);
    if (!told.contains(subject))
      run.violated("I29", device.name() + ": the doctor overlooks the harm to its " + subject);
  }
}

}  // namespace slipway::sim
