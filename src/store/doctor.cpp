#include "store/doctor.h"

#include <algorithm>
#include <set>

#include "base/planted.h"
#include "model/canonical_json.h"
#include "model/client_request_id.h"
#include "sqlite/migrate.h"
#include "store/archive.h"
#include "store/full_pull.h"
#include "store/held.h"
#include "store/lease.h"
#include "store/listing.h"
#include "store/meta.h"
#include "store/rows.h"
#include "store/scope.h"
#include "store/shadow.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::size_t named_max = 5;  // of many like things

std::string number(std::int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(named_max, names.size()); ++i)
    text += (i ? ", " : "") + names[i];
  if (names.size() > named_max)
    text += " and " + std::to_string(names.size() - named_max) + " more";
  return text;
}

// The rules by which the rows are shown, as the service that showed them noted it.
MergeRules shown_by(sqlite::Database& database) {
  MergeRules rules;
  if (planted(Bug::the_doctor_knows_no_rules)) return rules;
  const std::string noted = read_meta(database, meta_key::merge_rules).value_or("{}");
  const auto types = parse_json_object(noted, "the rules");
  if (!types) return rules;
  for (const auto& type : *types) {
    if (!type.value().is_object()) continue;
    auto of_type = type_rules_from_json(type.value().get_object());
    if (of_type) rules.emplace(type.key(), std::move(*of_type));
  }
  return rules;
}

Renames noted_renames(sqlite::Database& database) {
  const auto noted =
      parse_json_object(read_meta(database, meta_key::renamed_columns).value_or("{}"), "renames");
  return noted ? renames_from_json(*noted) : Renames{};
}

class Examination {
 public:
  explicit Examination(sqlite::Database& database)
      : schema_(Schema::read(database, noted_renames(database))),
        merge_rules_(shown_by(database)),
        scope_(held_scope(read_declared_scope(database), read_granted_scope(database))),
        work_{database, schema_, rules_, merge_rules_, random_, "", changes_, scope_.held} {}

  std::vector<Finding> run() {
    integrity();
    guards();
    identity();
    cloud();
    scope();
    queue();
    ids();
    views();
    quarantine();
    lost();
    lease();
    archive();
    return std::move(findings_);
  }

 private:
  void add(std::string subject, Grade grade, std::string text) {
    findings_.push_back({std::move(subject), grade, std::move(text)});
  }

  std::int64_t count(const std::string& sql) {
    auto query = work_.database.prepare(sql);
    return query.step() ? query.integer(0) : 0;
  }

  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> list;
    auto query = work_.database.prepare(sql);
    while (query.step()) list.emplace_back(query.text(0));
    return list;
  }

  void integrity() {
    const auto damage = texts("PRAGMA quick_check(5)");
    if (damage.size() == 1 && damage.front() == "ok")
      add("file", Grade::fine, "SQLite finds the file whole.");
    else
      add("file", Grade::unexplained, "SQLite finds the file damaged: " + some_of(damage));
    if (const std::int64_t broken = count("SELECT count(*) FROM pragma_foreign_key_check")) {
      add("file", Grade::unexplained,
          number(broken, "row refers", "rows refer") + " to rows that are not there.");
    }
  }

  void guards() {
    const std::int64_t there = count(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name IN"
        " ('SyncQueue_status_edges', 'SyncQueue_first_status', 'SyncQueue_body_is_fixed',"
        " 'SyncQueue_open_stays', 'SyncAttempt_is_append_only')");
    if (there == 5) return add("guards", Grade::fine, "The five guards of the queue are there.");
    add("guards", Grade::unexplained,
        std::to_string(5 - there) +
            " of the five guards of the queue are missing: a tool has rebuilt its tables. The "
            "service makes them anew when it starts.");
  }

  void identity() {
    const auto why = read_meta(work_.database, meta_key::incarnation_why);
    const auto incarnation = read_meta(work_.database, meta_key::incarnation);
    if (!incarnation) {
      return add("identity", Grade::unexplained, "The file has no identity for numbering entries.");
    }
    add("identity", why ? Grade::note : Grade::fine,
        "Entries are numbered by incarnation " + *incarnation + ", at " +
            std::to_string(read_meta_integer(work_.database, meta_key::number)) +
            (why ? ". It was needed because " + *why + "." : "."));
    const std::int64_t generation = read_meta_integer(work_.database, meta_key::generation);
    if (generation > 0) {
      add("identity", Grade::note,
          "The cloud's past has changed " + number(generation, "time", "times") +
              " (it was restored, or another one was joined).");
    }
  }

  void cloud() {
    const auto cursor = read_meta_version(work_.database, meta_key::cursor);
    const auto head = read_meta_version(work_.database, meta_key::head);
    if (!cursor && !read_meta(work_.database, meta_key::cloud_id))
      return add("cursor", Grade::note, "This file has not met its cloud yet.");
    if (!cursor) {
      return add("cursor", Grade::unexplained,
                 "It is not known up to which commit this file has the cloud's rows: its cursor is "
                 "damaged. The service pulls everything anew when it next meets the cloud; the "
                 "entries stay.");
    }
    const std::string at = "The file is at commit " + std::to_string(cursor->seq);
    const auto last = read_meta(work_.database, meta_key::last_synced_at);
    const std::string when = last ? ", last synced at " + *last : ", never synced";
    const bool pulls_all = read_full_pull(work_.database).has_value();
    if (pulls_all) {
      add("cursor", Grade::note, at + when + "; everything is being pulled anew.");
    } else if (head && head->seq > cursor->seq) {
      add("cursor", Grade::note,
          at + when + "; " + number(head->seq - cursor->seq, "commit is", "commits are") +
              " known to be still to come.");
    } else {
      add("cursor", Grade::fine, at + when + ": the newest that it has heard of.");
    }
    contradictions(*cursor, pulls_all);
    const std::int64_t lost_versions =
        count("SELECT count(*) FROM \"SyncShadow\" WHERE \"seq\" IS NULL AND \"salt\" IS NOT NULL");
    if (lost_versions > 0 && !pulls_all) {
      add("cursor", Grade::unexplained,
          number(lost_versions, "row has", "rows have") +
              " lost its version with the cloud's past, and nothing is pulled to mend it.");
    }
  }

  // Rows come in the order of commits, but for those of a full pull. A commit has one salt.
  void contradictions(const Version& cursor, bool pulls_all) {
    const bool in_order = !pulls_all && read_meta(work_.database, meta_key::has_snapshots) == "1";
    auto query = work_.database.prepare(
        "SELECT count(*) FROM \"SyncShadow\" WHERE \"seq\" = ?1 AND \"salt\" <> ?2 OR \"seq\" > "
        "?1 AND ?3");
    query.bind_all(cursor.seq, cursor.salt, std::int64_t(in_order));
    query.step();
    const std::int64_t rows = query.integer(0);
    if (rows == 0) return;
    add("cursor", Grade::unexplained,
        "The cursor, commit " + to_text(cursor) +
            ", cannot be: " + number(rows, "row is", "rows are") +
            " known of a commit that it leaves no place for. The service compares the pasts when "
            "it "
            "next meets the cloud, and pulls everything anew; the entries stay.");
  }

  void scope() {
    if (scope_.held.is_everything()) return;
    add("scope", Grade::fine, "This device holds a part of the rows: " + in_words(scope_.held));
    const auto missing = withheld(scope_.declared, scope_.granted);
    if (missing.empty()) return;
    add("scope", Grade::note,
        "The configuration asks for more than the cloud grants this device, which keeps back " +
            some_of(missing) +
            ". Declare less, or have it granted: slipway-cloud token create --scope");
  }

  void queue() {
    const Counts counts = count_entries(work_.database);
    const std::int64_t waiting =
        counts.of(Status::pending) + counts.of(Status::processing) + counts.of(Status::discarding);
    const std::int64_t parked = counts.of(Status::conflict) + counts.of(Status::error);
    const std::int64_t held = HeldEntries::read(work_.database).count();
    add("queue", Grade::fine,
        number(waiting, "entry waits", "entries wait") + " to be sent or answered, " +
            std::to_string(held) + " of them behind a parked one; " +
            std::to_string(counts.of(Status::success)) + " synced and " +
            std::to_string(counts.of(Status::discarded)) + " discarded ones are in the archive.");
    if (parked > 0) {
      add("parked", Grade::note,
          number(parked, "entry needs", "entries need") +
              " a person's decision: slipway queue --filter needs-you");
    }
    const auto misfits = texts(
        "SELECT '#' || \"id\" || ' (' || \"entityType\" || ')' FROM \"SyncQueue\" WHERE \"status\" "
        "= "
        "'ERROR' AND \"conflict\" ->> 'reason' = 'schema-changed' ORDER BY \"id\"");
    if (!misfits.empty()) {
      add("migration", Grade::note,
          "The app's tables have changed under entries that were never sent: " + some_of(misfits) +
              ". Retry sends what still fits, resolve gives other values, discard takes them back; "
              "of a column that was renamed, say so in [entities.X] renamed.");
    }
    if (const std::int64_t owed =
            count("SELECT count(*) FROM \"SyncQueue\" WHERE \"voidState\" = 'owed'")) {
      add("voids", Grade::note,
          number(owed, "discarded entry is", "discarded entries are") +
              " still to be reported to the cloud, so that it never takes effect.");
    }
    const std::int64_t adopted =
        count("SELECT count(*) FROM \"SyncQueue\" WHERE \"clientRequestId\" IS NULL");
    if (adopted > 0) {
      add("queue", Grade::note,
          number(adopted, "row", "rows") +
              " of an older queue will become entries when the service starts.");
    }
  }

  void ids() {
    std::vector<std::string> wrong;
    auto query = work_.database.prepare(
        "SELECT " + entry_columns + " FROM \"SyncQueue\" WHERE \"clientRequestId\" IS NOT NULL");
    std::int64_t checked = 0;
    while (query.step()) {
      const Entry entry = entry_from(query);
      ++checked;
      if (client_request_id(entry.body) != entry.client_request_id)
        wrong.push_back("#" + std::to_string(entry.id));
    }
    if (wrong.empty()) {
      return add(
          "ids", Grade::fine,
          "The ids of all " + std::to_string(checked) + " entries are those of their contents.");
    }
    add("ids", Grade::unexplained,
        "Altered after they were written: " + some_of(wrong) + ". Open ones are parked, not sent.");
  }

  // view = shadow + open entries, for every row of which the cloud's state is kept apart.
  void views() {
    std::vector<std::string> wrong;
    std::int64_t checked = 0;
    auto query = work_.database.prepare(
        "SELECT \"entityType\", \"entityId\", \"state\" FROM \"SyncShadow\" WHERE \"quarantine\" IS"
        " NULL");
    while (query.step()) {
      const EntityKey entity{std::string(query.text(0)), std::string(query.text(1))};
      const Table* table = schema_.table(entity.type);
      if (!table || !key_values(*table, entity.id)) continue;
      ++checked;
      if (planted(Bug::the_doctor_overlooks_rows)) continue;
      if (!shows_its_view(*table, entity, query.text(2) == "SAME"))
        wrong.push_back(to_text(entity));
    }
    if (wrong.empty()) {
      return add("rows", Grade::fine,
                 "All " + std::to_string(checked) +
                     " synced rows show the cloud's state with this device's open entries.");
    }
    add("rows", Grade::unexplained,
        "These rows show neither the cloud's state nor what was written here: " + some_of(wrong) +
            ". A program may have changed them without Slipway.");
  }

  bool shows_its_view(const Table& table, const EntityKey& entity, bool same) {
    const std::vector<Entry> lane = open_lane(work_.database, entity);
    const auto row = read_row(work_.database, table, entity.id);
    if (same) return lane.empty() && row.has_value();
    std::vector<ViewStep> steps;
    for (const Entry& entry : lane)
      steps.push_back({entry.body.op, &entry.body.payload, &entry.body.base});
    Shadow shadow = read_shadow(work_, table, entity.id);
    if (shadow.left && lane.empty()) return !row;
    const RowState view = view_of(std::move(shadow.row), steps, shown_rules_of(work_, entity));
    if (!view.exists || !row) return view.exists == row.has_value();
    // Fields of a newer schema are not shown; fields that the cloud lacks have the table's default.
    return std::ranges::all_of(*row, [&](const auto& member) {
      const json::value* value = find(view.values, member.key());
      return !value || same_value(*value, member.value());
    });
  }

  void quarantine() {
    const auto rows = texts(
        "SELECT \"entityType\" || ' ' || \"entityId\" || ' (' || \"quarantine\" || ')' FROM"
        " \"SyncShadow\" WHERE \"quarantine\" IS NOT NULL ORDER BY 1");
    if (rows.empty()) return;
    add("quarantined", Grade::note,
        number(std::int64_t(rows.size()), "row of the cloud's is", "rows of the cloud's are") +
            " not shown as it is there: " + some_of(rows));
  }

  void lost() {
    const std::int64_t rows = count("SELECT count(*) FROM \"SyncLost\"");
    if (rows == 0) return;
    add("lost", Grade::note,
        number(rows, "row", "rows") +
            " that the cloud has lost, or had otherwise when it first told of them, wait for a "
            "person: "
            "slipway lost");
  }

  void lease() {
    const Lease lease = read_lease(work_.database);
    if (lease.holder.empty())
      return add("lease", Grade::fine, "No service holds the lease on this file.");
    std::string text = "The lease, taken " + number(lease.token, "time", "times") +
                       ", is held by the service with the claim “" + lease.holder + "”";
    if (lease.asked <= lease.beat) return add("lease", Grade::fine, text + ".");
    add("lease", Grade::note, text + "; another service waits for its next sign of life.");
  }

  void archive() {
    const std::int64_t needless = needless_up_to(work_.database);
    if (needless == 0) {
      return add("archive", Grade::fine,
                 "The archive is kept for good: the cloud names no point that is in all of its "
                 "backups.");
    }
    add("archive", Grade::fine,
        "All of the cloud's backups contain commit " + std::to_string(needless) +
            "; older settled entries are forgotten, but for the newest.");
  }

  Schema schema_;
  SyncRules rules_;
  MergeRules merge_rules_;
  Changes changes_;
  Random random_{0};
  HeldScope scope_;
  Work work_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_text(Grade grade) {
  return grade == Grade::fine ? "fine" : grade == Grade::note ? "note" : "unexplained";
}

json::object to_json(const Finding& finding) {
  return {{"subject", finding.subject}, {"grade", to_text(finding.grade)}, {"text", finding.text}};
}

std::vector<Finding> examine(sqlite::Database& database) {
  if (!sqlite::table_exists(database, "sync_meta")) {
    return {{"file", Grade::note,
             "Slipway has never worked on this file: it has none of its tables yet."}};
  }
  database.execute("BEGIN");
  auto findings = Examination(database).run();
  database.execute("ROLLBACK");
  return findings;
}

}  // namespace slipway::store
