#include "store/misfit.h"

#include <algorithm>
#include <map>

#include "base/planted.h"
#include "store/decide.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/table_rule.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::string_view reason = "schema-changed";

std::string in_quotes(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "“" : ", “") + name + "”";
  return text;
}

bool is_gone(const Table& table, const Body& body, std::string_view field) {
  return !table.field(field) && !is_carried(body, field);
}

std::optional<Misfit> gone_columns(const Table& table, const Body& body) {
  Misfit misfit;
  misfit.says_nothing = body.op == Op::create;
  for (const auto& member : body.payload) {
    if (!is_gone(table, body, member.key())) continue;
    misfit.fields.emplace_back(member.key());
    if (!member.value().is_null()) misfit.says_nothing = false;
  }
  if (misfit.fields.empty()) return std::nullopt;
  misfit.why = table.name + " has no " + in_quotes(misfit.fields) + " any more";
  return misfit;
}

std::optional<Misfit> values_refused(const Table& table, const Body& body) {
  for (const auto& member : body.payload) {
    const Field* field = table.field(member.key());
    if (!field) continue;
    if (field->not_null && member.value().is_null())
      return Misfit{table.name + " needs a value in “" + field->column + "” now", {field->name}};
    if (const auto column = to_column(*field, member.value()); !column)
      return Misfit{table.name + " takes other values now: " + column.error().message,
                    {field->name}};
  }
  return std::nullopt;
}

// Why the app's table refuses the row; it is tried, and undone.
std::optional<std::string> refusal(Work& work, const Table& table, const EntityKey& entity,
                                   const RowState& view) {
  sqlite::Savepoint trial(work.database);
  try {
    const auto written = write_view(work.database, table, entity.id, view);
    return written ? std::nullopt : std::optional(written.error().message);
  } catch (const sqlite::Failure& failure) {
    if (failure.kind() != sqlite::FailureKind::constraint) throw;
    return refusal_in_words(work.database, table, entity, failure, view.values).message;
  }
}

// Why the row is refused with an entry, for those with which it became so. Each is tried on what
// fits of the row before it, so that none is blamed, or let go, for another.
std::map<EntryId, std::string> refused_entries(Work& work, const EntityKey& entity) {
  const Table* table = work.schema.table(entity.type);
  if (!table || !key_values(*table, entity.id)) return {};
  const RowState shadow = read_shadow(work, *table, entity.id).row;
  const TypeRules rules = shown_rules_of(work, entity);
  std::vector<ViewStep> steps;
  const auto why_refused = [&] {
    return refusal(work, *table, entity, view_of(shadow, steps, rules));
  };
  bool fits = !why_refused();
  std::map<EntryId, std::string> refused;
  const std::vector<Entry> lane = open_lane(work.database, entity);
  for (const Entry& entry : lane) {
    steps.push_back({entry.body.op, &entry.body.payload, &entry.body.base});
    const auto why = why_refused();
    if (!why) fits = true;
    if (!why || !fits) continue;
    refused.emplace(entry.id, *why);
    steps.pop_back();
  }
  return refused;
}

class Review {
 public:
  Review(Work& work, const std::set<EntityKey>& refused_before)
      : work_(work), refused_before_(refused_before), refused_(rows_refused(work.database)) {}

  void run() {
    for (const EntryId id : candidates()) {
      const auto entry = find_entry(work_.database, id);
      if (!entry || !is_candidate(*entry) || seen_.contains(id)) continue;
      look_at(unit_of(work_.database, *entry));
    }
    // Where nothing is lost by it, no person need be asked.
    for (const EntryId id : say_nothing_) {
      sqlite::Savepoint part(work_.database);
      if (decide(work_, wish::Retry{id}, {})) part.release();
    }
  }

 private:
  static bool is_candidate(const Entry& entry) {
    const bool unsent = !entry.sent_at || planted(Bug::parks_what_may_have_been_sent);
    return (entry.status == Status::pending && unsent) || is_parked_as_misfit(entry);
  }

  std::vector<EntryId> candidates() {
    auto query = work_.database.cached(
        "SELECT \"id\" FROM \"SyncQueue\" WHERE \"status\" IN ('PENDING', 'ERROR')"
        " ORDER BY \"lanePosition\", \"id\"");
    std::vector<EntryId> ids;
    while (query->step()) ids.push_back(query->integer(0));
    return ids;
  }

  // All or nothing, as it would be sent.
  void look_at(const std::vector<Entry>& unit) {
    const auto in_doubt = [](const Entry& entry) {
      return is_open(entry.status) && entry.sent_at && !planted(Bug::parks_what_may_have_been_sent);
    };
    const bool goes_as_it_is = std::ranges::any_of(unit, in_doubt);
    const Entry* culprit = nullptr;
    std::optional<Misfit> misfit;
    bool only_says_nothing = true;
    for (const Entry& entry : unit) {
      seen_.insert(entry.id);
      if (!is_open(entry.status)) continue;
      auto found = misfit_here(entry);
      if (!found) continue;
      only_says_nothing = only_says_nothing && found->says_nothing;
      if (misfit) continue;
      culprit = &entry;
      misfit = std::move(found);
    }
    for (const Entry& entry : unit) {
      if (!is_candidate(entry)) continue;
      if (!misfit && is_parked_as_misfit(entry)) reopen(entry);
      if (misfit && entry.status == Status::pending && !goes_as_it_is)
        park_misfit(work_, entry, *culprit, *misfit);
    }
    if (misfit && only_says_nothing) say_nothing_.push_back(culprit->id);
  }

  std::optional<Misfit> misfit_here(const Entry& entry) {
    if (auto misfit = misfit_of(work_, entry.body)) return misfit;
    const EntityKey& entity = entry.body.entity;
    const bool is_news = refused_.contains(entity) && !refused_before_.contains(entity);
    if (!is_news && !is_parked_as_misfit(entry)) return std::nullopt;
    auto of_row = refused_entries_.find(entity);
    if (of_row == refused_entries_.end())
      of_row = refused_entries_.emplace(entity, refused_entries(work_, entity)).first;
    const auto why = of_row->second.find(entry.id);
    return why == of_row->second.end() ? std::nullopt : std::optional(Misfit{why->second, {}});
  }

  void reopen(const Entry& entry) {
    if (planted(Bug::leaves_parked_what_fits_again)) return;
    work_.database
        .cached(
            "UPDATE \"SyncQueue\" SET \"status\" = 'PENDING', \"errorMessage\" = NULL,"
            " \"conflict\" = NULL, \"updatedAt\" = ?2 WHERE \"id\" = ?1")
        ->bind_all(entry.id, work_.now)
        .run();
    work_.changes.entries.push_back({entry.id, entry.body.entity, Status::pending});
    work_.changes.rows.insert(entry.body.entity);
    work_.changes.work_appeared = true;
  }

  Work& work_;
  const std::set<EntityKey>& refused_before_;
  const std::set<EntityKey> refused_;
  std::map<EntityKey, std::map<EntryId, std::string>> refused_entries_;  // of rows looked at
  std::set<EntryId> seen_;
  std::vector<EntryId> say_nothing_;
};

}  // namespace

std::optional<Misfit> misfit_of(const Work& work, const Body& body) {
  if (planted(Bug::sends_names_that_are_gone)) return std::nullopt;
  const Table* table = work.schema.table(body.entity.type);
  if (!table) return Misfit{"This app has no table " + body.entity.type + " any more", {}};
  if (!work.rules.syncs(table->name))
    return Misfit{"This app does not sync " + body.entity.type + " any more", {}};
  if (body.op == Op::remove) return std::nullopt;
  auto gone = gone_columns(*table, body);
  return gone ? gone : values_refused(*table, body);
}

void park_misfit(Work& work, const Entry& entry, const Entry& culprit, const Misfit& misfit) {
  json::object conflict{{"reason", reason},
                        {"fields", json::value_from(misfit.fields)},
                        {"base", entry.body.base},
                        {"local", entry.body.payload}};
  std::string why = misfit.why +
                    ": its tables have changed since this was written. It was not "
                    "sent. Retry sends what still fits, resolve lets you give other "
                    "values, discard takes it back.";
  if (entry.id != culprit.id) {
    conflict["culprit"] = culprit.client_request_id;
    conflict["fields"] = json::array();
    why = "It goes together with #" + std::to_string(culprit.id) + ". " + why;
  }
  change_status(
      work, entry,
      {.to = Status::error, .error_message = std::move(why), .conflict = std::move(conflict)});
}

bool is_parked_as_misfit(const Entry& entry) {
  return entry.status == Status::error && !entry.sent_at && entry.conflict &&
         text_at(*entry.conflict, "reason") == reason;
}

Body without_what_is_gone(Body body, const Table& table) {
  if (body.op == Op::remove) return body;
  std::vector<std::string> gone;
  for (const auto& member : body.payload) {
    if (is_gone(table, body, member.key())) gone.emplace_back(member.key());
  }
  for (const std::string& field : gone) {
    body.payload.erase(field);
    body.base.erase(field);
    body.base_versions.erase(field);
  }
  return body;
}

std::set<EntityKey> rows_refused(sqlite::Database& database) {
  std::set<EntityKey> rows;
  auto query = database.cached(
      "SELECT \"entityType\", \"entityId\" FROM \"SyncShadow\" WHERE \"quarantine\" IS NOT NULL");
  while (query->step()) rows.insert({std::string(query->text(0)), std::string(query->text(1))});
  return rows;
}

void review_entries(Work& work, const std::set<EntityKey>& refused_before) {
  Review(work, refused_before).run();
}

}  // namespace slipway::store
