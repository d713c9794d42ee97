// The store's reading half: each answer is one consistent look at the file.

#include "base/planted.h"
#include "store/id_map.h"
#include "store/meta.h"
#include "store/naming.h"
#include "store/transact.h"

namespace slipway::store {

Result<Identity> Store::identity() {
  return guarded("reading the sync state", [&]() -> Result<Identity> {
    Identity identity;
    identity.device = read_meta(*database_, meta_key::device).value_or("");
    identity.incarnation = read_meta(*database_, meta_key::incarnation).value_or("");
    identity.generation = read_meta_integer(*database_, meta_key::generation);
    identity.device_name = read_meta(*database_, meta_key::device_name);
    identity.cloud_id = read_meta(*database_, meta_key::cloud_id);
    identity.last_synced_at = read_meta(*database_, meta_key::last_synced_at);
    if (last_heard_at_ && last_heard_at_ > identity.last_synced_at)
      identity.last_synced_at = last_heard_at_;
    identity.cursor = read_meta_version(*database_, meta_key::cursor);
    identity.head = read_meta_version(*database_, meta_key::head);
    identity.other_cloud = other_cloud_;
    return identity;
  });
}

Result<HeldScope> Store::scope() {
  return guarded("reading the scope", [&]() -> Result<HeldScope> { return scope_; });
}

Result<Counts> Store::counts() {
  return guarded("counting entries", [&]() -> Result<Counts> { return count_entries(*database_); });
}

Result<HeldEntries> Store::held() {
  return guarded("reading held entries",
                 [&]() -> Result<HeldEntries> { return HeldEntries::read(*database_); });
}

Result<QueuePage> Store::entries(const QueueQuery& query) {
  return guarded("reading the queue",
                 [&]() -> Result<QueuePage> { return list_entries(*database_, query); });
}

Result<std::optional<Entry>> Store::entry(EntryId id) {
  return guarded("reading an entry",
                 [&]() -> Result<std::optional<Entry>> { return find_entry(*database_, id); });
}

Result<std::optional<Entry>> Store::prerequisite_of(const Entry& entry) {
  return guarded("reading an entry", [&]() -> Result<std::optional<Entry>> {
    return first_prerequisite(*database_, entry);
  });
}

Result<std::optional<EntryId>> Store::culprit_of(const Entry& entry) {
  return guarded("reading an entry", [&]() -> Result<std::optional<EntryId>> {
    const auto id = entry.conflict ? text_at(*entry.conflict, "culprit") : std::nullopt;
    if (id && planted(Bug::shows_the_first_of_a_group_as_culprit))
      return unit_of(*database_, entry).front().id;
    const auto culprit = id ? find_entry_by_request_id(*database_, *id) : std::nullopt;
    return culprit ? std::optional(culprit->id) : std::nullopt;
  });
}

Result<std::vector<Attempt>> Store::attempts(std::optional<EntryId> entry,
                                             std::optional<std::int64_t> after,
                                             std::int64_t limit) {
  return guarded("reading the audit", [&]() -> Result<std::vector<Attempt>> {
    return list_attempts(*database_, entry, after, limit);
  });
}

Result<std::optional<Shadow>> Store::shadow(const EntityKey& entity, WallTime now) {
  return guarded("reading a row", [&]() -> Result<std::optional<Shadow>> {
    Changes changes;
    Work work{*database_, schema_,      options_.rules, merge_rules_,
              random_,    to_text(now), changes,        scope_.held};
    const Table* table = schema_.table(entity.type);
    if (!table) return std::nullopt;
    return read_shadow(work, *table, entity.id);
  });
}

Result<RowPage> Store::rows(const std::string& entity_type, const RowQuery& query) {
  return guarded("reading rows", [&]() -> Result<RowPage> {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    const Table* table = schema_.table(entity_type);
    if (!table)
      return fail(ErrorKind::not_found, "unknown-type",
                  "There is no synced table “" + entity_type + "”");
    const auto check = [&](std::string& name, const std::string& where) -> Result<void> {
      auto field = field_meant(*table, name, "");
      if (!field) return std::unexpected(field.error());
      if (table->field(*field)) return name = std::move(*field), Result<void>{};
      return fail(ErrorKind::invalid, "unknown-field", entity_type + " has no field “" + name + "”",
                  "Nothing was read. Rows are chosen by fields of the type, and sorted by one.",
                  where);
    };
    RowQuery in_fields = query;
    for (auto& [name, value] : in_fields.equals)
      if (auto checked = check(name, name); !checked) return std::unexpected(checked.error());
    if (!in_fields.sort.empty())
      if (auto checked = check(in_fields.sort, "sort"); !checked)
        return std::unexpected(checked.error());
    return list_rows(*database_, *table, in_fields);
  });
}

Result<std::optional<ListedRow>> Store::row(const EntityKey& entity) {
  return guarded("reading a row", [&]() -> Result<std::optional<ListedRow>> {
    if (auto current = check_schema_is_current(); !current) return std::unexpected(current.error());
    const Table* table = schema_.table(entity.type);
    if (!table)
      return fail(ErrorKind::not_found, "unknown-type",
                  "There is no synced table “" + entity.type + "”");
    if (auto row = find_row(*database_, *table, entity.id)) return row;
    const auto here = row_meant(*database_, entity);
    return here ? find_row(*database_, *table, *here) : std::nullopt;
  });
}

Result<std::optional<std::string>> Store::meta(std::string_view key) {
  return guarded("reading settings", [&]() -> Result<std::optional<std::string>> {
    return read_meta(*database_, key);
  });
}

Result<void> Store::set_meta(std::string_view key, std::string_view value) {
  return guarded("writing settings", [&]() -> Result<void> {
    sqlite::Transaction transaction(*database_);
    if (auto held = check_lease(*database_); !held) return held;
    write_meta(*database_, key, value);
    transaction.commit();
    return {};
  });
}

}  // namespace slipway::store
