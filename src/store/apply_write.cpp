#include "store/apply_write.h"

#include <algorithm>
#include <set>

#include "store/id_map.h"
#include "store/lineage.h"
#include "store/queue.h"
#include "store/rows.h"
#include "store/shadow.h"
#include "store/table_rule.h"
#include "store/value.h"

namespace slipway::store {

namespace {

constexpr std::string_view nothing_written = "Nothing was written. Correct it and send it again.";

std::unexpected<Error> refuse(ErrorKind kind, std::string_view type, std::string message,
                              std::string field = {},
                              std::string hint = std::string(nothing_written)) {
  return fail(kind, std::string(type), std::move(message), std::move(hint), std::move(field));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Apps write dates in many forms and rows that exist keep theirs; a word is none of them.
bool is_no_date(const Field& field, const json::value& value) {
  if (field.type != FieldType::datetime || !value.is_string()) return false;
  const std::string_view text = value.get_string();
  const std::size_t first = text.find_first_not_of("+-");
  return first == text.npos || text[first] < '0' || text[first] > '9';
}

// A lane may be long; a write needs to know this much of it.
struct Lane {
  bool is_open = false;
  bool create_is_being_discarded = false;
};

// Two questions, as one over the whole lane would make each write cost what the lane is long. The
// entries that are being discarded are few, so the second starts from their status.
Lane look_at_lane(sqlite::Database& database, const EntityKey& entity) {
  static const std::string sql =
      "SELECT EXISTS (SELECT 1 FROM \"SyncQueue\" WHERE \"entityType\" = ?1 AND \"entityId\" = ?2"
      " AND \"status\" IN " +
      std::string(open_statuses) +
      "), EXISTS (SELECT 1 FROM \"SyncQueue\" WHERE \"status\" = 'DISCARDING' AND \"op\" = 'create'"
      " AND +\"entityType\" = ?1 AND +\"entityId\" = ?2)";
  auto query = database.cached(sql);
  query->bind_all(entity.type, entity.id);
  query->step();
  return {query->integer(0) == 1, query->integer(1) == 1};
}

Result<void> apply(Work& work, const Mutation& mutation, std::vector<Draft>& drafts,
                   std::set<EntityKey>& removing);

class Writer {
 public:
  Writer(Work& work, const Table& table, std::vector<Draft>& drafts, std::set<EntityKey>& removing)
      : work_(work), table_(table), drafts_(drafts), removing_(removing) {}

  Result<void> create(const Mutation& mutation) {
    json::object values = mutation.payload;
    auto id = settle_key(mutation.entity_id, values);
    if (!id) return std::unexpected(id.error());
    for (const Field& field : table_.fields) {
      if (field.not_null && !field.has_default && !find(values, field.name)) {
        return refuse(ErrorKind::invalid, "missing-field",
                      "A new " + table_.name + " needs “" + field.column + "”",
                      "payload." + field.column);
      }
    }
    fill_times(values);
    const EntityKey entity{table_.name, *id};
    const Lane lane = look_at_lane(work_.database, entity);
    if (auto checked = check_lane(lane); !checked) return checked;
    if (read_row(work_.database, table_, *id)) return already_exists(entity);
    Draft draft = begin(entity, mutation.action, Op::create, lane, std::nullopt);
    if (auto written = run(
            entity, [&] { return insert_row(work_.database, table_, values); }, values);
        !written) {
      return written;
    }
    auto row = read_row(work_.database, table_, *id);
    if (!row || entity_id(table_, *row) != *id) {
      return refuse(ErrorKind::invalid, "invalid-id",
                    "The database does not keep " + to_text(entity) +
                        " under this id: its column changes the value, "
                        "or the app's own trigger removed the row",
                    "entityId");
    }
    if (!work_.scope.covers(table_.name, *row)) return lies_outside(entity, *row);
    draft.payload = std::move(*row);
    finish(std::move(draft));
    end_quarantine(work_, entity);
    return {};
  }

  Result<void> update(const Mutation& mutation) {
    auto found = find_row(mutation);
    if (!found) return std::unexpected(found.error());
    auto& [entity, lane, before] = *found;
    json::object fields = mutation.payload;
    for (const std::string& key : table_.key) {
      const json::value* value = find(fields, key);
      if (value && !same_value(*value, before.at(key))) {
        return refuse(
            ErrorKind::invalid, "key-is-fixed",
            "The key “" + table_.column_of(key) + "” of " + to_text(entity) + " cannot change",
            "payload." + table_.column_of(key),
            "Nothing was written. Create a new row and delete the old one.");
      }
      fields.erase(key);
    }
    if (fields.empty()) {
      return refuse(ErrorKind::invalid, "missing-field", "An update must write at least one field",
                    "payload");
    }
    Draft draft = begin(entity, mutation.action, Op::update, lane, before);
    if (auto written = run(
            entity, [&] { return update_row(work_.database, table_, entity.id, fields); }, fields);
        !written) {
      return written;
    }
    // The app's own triggers may write more than was asked; all of it is part of this entry.
    const auto after = read_row(work_.database, table_, entity.id);
    if (!after)
      return refuse(ErrorKind::conflict, "constraint",
                    "The app's own trigger removed " + to_text(entity));
    for (const auto& member : *after) {
      if (!find(fields, member.key()) && same_value(member.value(), before.at(member.key())))
        continue;
      draft.payload.emplace(member.key(), member.value());
      draft.base.emplace(member.key(), before.at(member.key()));
    }
    if (scope_is_row()) draft.base = before;
    finish(std::move(draft));
    return {};
  }

  Result<void> remove(const Mutation& mutation) {
    if (!mutation.payload.empty()) {
      return refuse(ErrorKind::invalid, "unknown-field", "The payload of a delete must be empty",
                    "payload");
    }
    auto found = find_row(mutation);
    if (!found) return std::unexpected(found.error());
    auto& [entity, lane, before] = *found;
    removing_.insert(entity);
    if (auto done = remove_children(entity); !done) return done;
    Draft draft = begin(entity, mutation.action, Op::remove, lane, before);
    const auto run_delete = [&]() -> Result<void> {
      delete_row(work_.database, table_, entity.id);
      return {};
    };
    if (auto written = run(entity, run_delete, {}); !written) return written;
    draft.base = before;
    finish(std::move(draft));
    end_quarantine(work_, entity);
    return {};
  }

 private:
  struct Found {
    EntityKey entity;
    Lane lane;
    json::object before;
  };

  // Then any foreign change of the row is a conflict of the entry, so all of it was seen.
  bool scope_is_row() const {
    const auto rules = work_.merge_rules.find(table_.name);
    return rules != work_.merge_rules.end() && rules->second.scope == Scope::row;
  }

  // SQLite's own CURRENT_TIMESTAMP has another form than the times that Prisma writes and reads.
  void fill_times(json::object& values) {
    for (const Field& field : table_.fields) {
      if (field.type == FieldType::datetime && field.defaults_to_now && !find(values, field.name)) {
        values.emplace(field.name, work_.now);
      }
    }
  }

  // The id from the mutation or the payload; both must agree. A key of one field may be left to us.
  Result<std::string> settle_key(const std::optional<std::string>& given, json::object& values) {
    const bool in_payload =
        std::all_of(table_.key.begin(), table_.key.end(),
                    [&](const std::string& key) { return find(values, key) != nullptr; });
    if (in_payload) {
      const std::string id = entity_id(table_, values);
      if (given && *given != id) {
        return refuse(ErrorKind::invalid, "invalid-id",
                      "“entityId” and the payload name two different rows", "entityId");
      }
      return id;
    }
    std::string id = given.value_or("");
    if (!given) {
      const FieldType type = table_.field(table_.key.front())->type;
      if (table_.key.size() > 1 || (type != FieldType::text && type != FieldType::integer)) {
        return refuse(ErrorKind::invalid, "id-needed",
                      "A new " + table_.name + " needs an “entityId”", "entityId",
                      "Nothing was written. Only keys of one text or integer field are made up for "
                      "you.");
      }
      id = type == FieldType::text ? work_.random.uuid() : made_up_number();
    }
    auto key = key_values(table_, id);
    if (!key) return std::unexpected(key.error());
    for (std::size_t i = 0; i < table_.key.size(); ++i) {
      const Field& field = *table_.field(table_.key[i]);
      values.insert_or_assign(field.name, from_column(field, (*key)[i]));
    }
    return entity_id(table_, values);  // one spelling of a composite id
  }

  // The next number would be another desk's, too. One of 2^53 is nobody else's; below zero, where
  // no counter of the app's or of a target's ever comes.
  std::string made_up_number() {
    constexpr std::uint64_t exact_in_json = (std::uint64_t(1) << 53) - 1;
    return "-" + std::to_string(1 + work_.random.below(exact_in_json));
  }

  Result<Found> find_row(const Mutation& mutation) {
    if (!mutation.entity_id) {
      return refuse(ErrorKind::invalid, "id-needed", "“entityId” is missing", "entityId");
    }
    if (auto key = key_values(table_, *mutation.entity_id); !key)
      return std::unexpected(key.error());
    auto before = read_row(work_.database, table_, *mutation.entity_id);
    if (!before) {  // the row may be meant by the id that a target gave it
      const auto here = row_meant(work_.database, {table_.name, *mutation.entity_id});
      if (here) before = read_row(work_.database, table_, *here);
    }
    // The row's own spelling: a column may take "ABC" for "abc", a lane does not.
    const EntityKey entity{table_.name, before ? entity_id(table_, *before) : *mutation.entity_id};
    const Lane lane = look_at_lane(work_.database, entity);
    if (auto checked = check_lane(lane); !checked) return std::unexpected(checked.error());
    if (!before) {
      return refuse(
          ErrorKind::not_found, "row-not-found", "There is no " + to_text(entity) + " here",
          "entityId",
          "Nothing was written. It may have been deleted meanwhile, here or at another desk.");
    }
    if (has_left(work_, entity) || !work_.scope.covers(table_.name, *before))
      return lies_outside(entity, *before);
    return Found{entity, lane, std::move(*before)};
  }

  // As the cloud would say. A row of the scope may be given values that take it out.
  std::unexpected<Error> lies_outside(const EntityKey& entity, const json::object& values) {
    const std::string why = work_.scope.why_not(table_.name, values);
    return refuse(ErrorKind::conflict, "outside-scope",
                  to_text(entity) + " lies outside of what this device holds: " +
                      (why.empty() ? "it was changed so at another desk" : why),
                  {},
                  "Nothing was written. Write it at a desk that holds it, or have this device's "
                  "scope widened.");
  }

  Result<void> check_lane(const Lane& lane) {
    if (!lane.create_is_being_discarded) return {};
    return refuse(ErrorKind::conflict, "being-discarded",
                  "The creation of this " + table_.name + " is being discarded", "entityId",
                  "Nothing was written. Wait until the cloud has answered the discard.");
  }

  std::unexpected<Error> already_exists(const EntityKey& entity) {
    return refuse(ErrorKind::conflict, "already-exists", to_text(entity) + " exists already",
                  "entityId", "Nothing was written. Update it, or choose another id.");
  }

  // Runs one statement; a broken constraint is the writer's error, anything else is the disk's.
  template <class Statement>
  Result<void> run(const EntityKey& entity, Statement statement, const json::object& written) {
    try {
      return statement();
    } catch (const sqlite::Failure& failure) {
      if (failure.kind() != sqlite::FailureKind::constraint) throw;
      return explain(failure, entity, written);
    }
  }

  std::unexpected<Error> explain(const sqlite::Failure& failure, const EntityKey& entity,
                                 const json::object& written) {
    for (const ForeignKey& key : table_.references) {
      const auto id = referred_id(key, written);
      const Table& target = *work_.schema.table(key.target);
      if (!id || read_row(work_.database, target, *id)) continue;
      return refuse(
          ErrorKind::invalid, "reference-missing",
          to_text(entity) + " refers to " + key.target + " " + *id + ", which is not here",
          "payload." + table_.column_of(key.fields.front()));
    }
    for (const ReferringTable& referring : work_.schema.referring_to(table_.name)) {
      if (referring_rows(work_.database, referring, table_, entity.id, 1).empty()) continue;
      return refuse(
          ErrorKind::conflict, "has-children",
          to_text(entity) + " cannot be deleted: " + referring.table->name + " rows refer to it",
          {}, "Nothing was written. Delete or change what refers to it first.");
    }
    if (auto taken = fields_taken(failure.said()); !taken.empty()) {
      return refuse(ErrorKind::invalid, "constraint",
                    "Another " + table_.name + " has the same " + joined(taken) + " already",
                    "payload." + taken.front(), "Nothing was written. Choose another value.");
    }
    Error error = refusal_in_words(work_.database, table_, entity, failure, written);
    if (!error.field.empty()) error.field = "payload." + error.field;
    return std::unexpected(std::move(error));
  }

  // SQLite names them in its message only: "UNIQUE constraint failed: T.a, T.b". A unique index on
  // an expression names none.
  std::vector<std::string> fields_taken(std::string_view message) const {
    constexpr std::string_view begins = "UNIQUE constraint failed: ";
    if (!message.starts_with(begins)) return {};
    std::vector<std::string> taken;
    for (const Field& field : table_.fields) {
      const std::string named = table_.name + "." + field.column;
      for (std::size_t at = message.find(named, begins.size()); at != message.npos;
           at = message.find(named, at + 1)) {
        const std::size_t end = at + named.size();
        if (end == message.size() || message[end] == ',' || message[end] == ' ') {
          taken.push_back(field.column);
          break;
        }
      }
    }
    return taken;
  }

  // What the database would do by itself, as writes of their own, so that the cloud hears of them.
  Result<void> remove_children(const EntityKey& entity) {
    constexpr std::size_t children_max = 10000;  // one delete is one transaction and one group
    for (const ReferringTable& referring : work_.schema.referring_to(table_.name)) {
      // A table that does not sync is nobody's business but SQLite's.
      if (referring.key->on_delete == OnDelete::restrict ||
          !work_.rules.syncs(referring.table->name))
        continue;
      for (const std::string& id :
           referring_rows(work_.database, referring, table_, entity.id, children_max)) {
        if (removing_.contains({referring.table->name, id}))
          continue;  // rows may refer in a circle
        Mutation child{referring.table->name, id, {}, {}};
        const bool cascade = referring.key->on_delete == OnDelete::cascade;
        child.action = default_action(cascade ? Op::remove : Op::update, child.entity_type);
        if (!cascade) {
          for (const std::string& field : referring.key->fields)
            child.payload.emplace(field, nullptr);
        }
        if (auto done = apply(work_, child, drafts_, removing_); !done) return done;
      }
    }
    return {};
  }

  Draft begin(const EntityKey& entity, const std::string& action, Op op, const Lane& lane,
              const std::optional<json::object>& before) {
    if (!lane.is_open) hold_shadow(work_, entity, before);
    return {entity, action, op, {}, {}, {}, {}};
  }

  void finish(Draft draft) {
    draft.base_versions = base_versions(work_, draft, drafts_);
    draft.depends_on = dependencies(work_, table_, draft);
    drafts_.push_back(std::move(draft));
  }

  Work& work_;
  const Table& table_;
  std::vector<Draft>& drafts_;
  std::set<EntityKey>& removing_;  // by this mutation: the row and what is cascaded
};

Result<void> apply(Work& work, const Mutation& mutation, std::vector<Draft>& drafts,
                   std::set<EntityKey>& removing) {
  const Table* table = work.schema.table(mutation.entity_type);
  if (!table || !work.rules.syncs(mutation.entity_type)) {
    std::vector<std::string> known;
    for (const auto& [name, other] : work.schema.tables()) {
      if (work.rules.syncs(name)) known.push_back(name);
    }
    return refuse(ErrorKind::invalid, "unknown-type",
                  "There is no synced table “" + mutation.entity_type + "”", "entityType",
                  "Nothing was written. Synced tables: " + joined(known) + ".");
  }
  const auto op = work.rules.op_of(mutation.action, mutation.entity_type);
  if (!op) {
    return refuse(ErrorKind::invalid, "unknown-action",
                  "“" + mutation.action + "” is not an action of " + mutation.entity_type, "action",
                  "Nothing was written. Its actions: " +
                      joined(work.rules.actions_of(mutation.entity_type)) + ".");
  }
  if (auto checked = check_fields(*table, mutation.payload, "payload"); !checked) return checked;
  Writer writer(work, *table, drafts, removing);
  switch (*op) {
    case Op::create:
      return writer.create(mutation);
    case Op::update:
      return writer.update(mutation);
    case Op::remove:
      return writer.remove(mutation);
  }
  return {};
}

}  // namespace

Result<void> check_fields(const Table& table, const json::object& values, std::string_view where) {
  for (const auto& member : values) {
    const Field* field = table.field(member.key());
    const std::string place =
        std::string(where) + "." + (field ? field->column : std::string(member.key()));
    if (!field) {
      return refuse(ErrorKind::invalid, "unknown-field",
                    table.name + " has no field “" + std::string(member.key()) + "”", place);
    }
    if (auto column = to_column(*field, member.value()); !column) {
      Error error = column.error();
      error.field = place;
      return std::unexpected(std::move(error));
    }
    if (is_no_date(*field, member.value())) {
      return refuse(ErrorKind::invalid, "wrong-type",
                    "“" + field->column + "” must be a date (2026-11-22T13:25:01.462+00:00)",
                    place);
    }
  }
  return {};
}

Result<void> apply_write(Work& work, const Mutation& mutation, std::vector<Draft>& drafts) {
  std::set<EntityKey> removing;
  return apply(work, mutation, drafts, removing);
}

}  // namespace slipway::store
