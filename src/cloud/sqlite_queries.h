// Every statement that the SQLite ledger runs in answer to a request, by name, so that a test can
// ask SQLite how it would run each of them: none may scan a table. Sets of keys are JSON arrays.
#pragma once

#include <string_view>

namespace slipway::cloud::query {

inline constexpr std::string_view head =
    "SELECT head_seq, head_salt, origin_salt, horizon_seq FROM tenant WHERE id = ?1";
inline constexpr std::string_view commit_salt =
    "SELECT salt FROM commit_log WHERE tenant = ?1 AND seq = ?2";
inline constexpr std::string_view newest_common =
    "SELECT max(c.seq), c.salt FROM json_each(?2) AS k CROSS JOIN commit_log AS c"
    " ON c.tenant = ?1 AND c.seq = k.value ->> 0 AND c.salt = k.value ->> 1";

// What a judgement needs.
inline constexpr std::string_view rows =
    "SELECT e.type, e.id, e.\"values\", e.seq, e.marks, e.deleted FROM json_each(?2) AS k"
    " CROSS JOIN entity AS e ON e.tenant = ?1 AND e.type = k.value ->> 0 AND e.id = k.value ->> 1";
inline constexpr std::string_view receipts =
    "SELECT r.body FROM json_each(?2) AS k"
    " CROSS JOIN receipt AS r ON r.tenant = ?1 AND r.id = k.value";
inline constexpr std::string_view judged =
    "SELECT r.incarnation, r.number, r.id FROM json_each(?2) AS k CROSS JOIN receipt AS r"
    " ON r.tenant = ?1 AND r.incarnation = k.value ->> 0 AND r.number = k.value ->> 1";
inline constexpr std::string_view commits =
    "SELECT c.seq, c.salt, c.device, c.at FROM json_each(?2) AS k"
    " CROSS JOIN commit_log AS c ON c.tenant = ?1 AND c.seq = k.value";
inline constexpr std::string_view referrers =
    "SELECT e.to_type, e.to_id, e.from_type, e.from_id FROM json_each(?2) AS k CROSS JOIN edge AS e"
    " ON e.tenant = ?1 AND e.to_type = k.value ->> 0 AND e.to_id = k.value ->> 1";
inline constexpr std::string_view references =
    "SELECT type, fields, target FROM reference WHERE tenant = ?1";

// How many types of rows there are, and how many of these would be more.
inline constexpr std::string_view type_counts =
    "SELECT (SELECT count(*) FROM row_count WHERE tenant = ?1), count(*) FROM json_each(?2) AS k"
    " WHERE NOT EXISTS (SELECT 1 FROM row_count AS r WHERE r.tenant = ?1 AND r.type = k.value)";

// What a commit writes.
inline constexpr std::string_view add_commit =
    "INSERT INTO commit_log (tenant, seq, salt, device, at) VALUES (?1, ?2, ?3, ?4, ?5)";
inline constexpr std::string_view move_head =
    "UPDATE tenant SET head_seq = ?2, head_salt = ?3 WHERE id = ?1";
inline constexpr std::string_view put_row =
    "INSERT INTO entity (tenant, type, id, \"values\", seq, marks, deleted)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant, type, id) DO UPDATE SET"
    " \"values\" = excluded.\"values\", seq = excluded.seq, marks = excluded.marks,"
    " deleted = excluded.deleted";
inline constexpr std::string_view add_image =
    "INSERT INTO row_image (tenant, seq, type, id, \"values\", deleted)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
inline constexpr std::string_view add_receipt =
    "INSERT INTO receipt (tenant, id, incarnation, number, device, seq, verdict, body)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
inline constexpr std::string_view add_reference =
    "INSERT INTO reference (tenant, type, fields, target) VALUES (?1, ?2, ?3, ?4)";
inline constexpr std::string_view rows_of_type =
    "SELECT id, \"values\" FROM entity WHERE tenant = ?1 AND type = ?2 AND deleted = 0";
inline constexpr std::string_view drop_edges =
    "DELETE FROM edge WHERE tenant = ?1 AND from_type = ?2 AND from_id = ?3";
inline constexpr std::string_view add_edge =
    "INSERT OR IGNORE INTO edge (tenant, from_type, from_id, to_type, to_id, fields)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

// Numbers that rows are given.
inline constexpr std::string_view newest_number =
    "SELECT number FROM given_number WHERE tenant = ?1 AND type = ?2 AND field = ?3"
    " ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view add_number =
    "INSERT INTO given_number (tenant, type, field, number, entity) VALUES (?1, ?2, ?3, ?4, ?5)";

// The feed.
inline constexpr std::string_view images_after =
    "SELECT seq, type, id, octet_length(\"values\") FROM row_image"
    " WHERE tenant = ?1 AND seq > ?2 ORDER BY seq";
inline constexpr std::string_view receipts_after =
    "SELECT seq, count(*), sum(octet_length(body)) FROM receipt WHERE tenant = ?1 AND device = ?2 "
    "AND seq > ?3"
    " GROUP BY seq ORDER BY seq LIMIT ?4";
inline constexpr std::string_view image =
    "SELECT i.\"values\", i.deleted, c.salt FROM row_image AS i"
    " JOIN commit_log AS c ON c.tenant = i.tenant AND c.seq = i.seq"
    " WHERE i.tenant = ?1 AND i.seq = ?2 AND i.type = ?3 AND i.id = ?4";
inline constexpr std::string_view receipts_between =
    "SELECT body FROM receipt WHERE tenant = ?1 AND device = ?2 AND seq > ?3 AND seq <= ?4"
    " ORDER BY seq, rowid";
inline constexpr std::string_view devices_between =
    "SELECT device FROM commit_log WHERE tenant = ?1 AND seq > ?2 AND seq <= ?3";
inline constexpr std::string_view receipt =
    "SELECT body, device FROM receipt WHERE tenant = ?1 AND id = ?2";

// Full pulls.
inline constexpr std::string_view row_counts =
    "SELECT type, live FROM row_count WHERE tenant = ?1 ORDER BY type";
inline constexpr std::string_view rows_after =
    "SELECT id, \"values\", seq, deleted FROM entity WHERE tenant = ?1 AND type = ?2 AND id > ?3"
    " ORDER BY id";
inline constexpr std::string_view image_at =
    "SELECT \"values\", seq, deleted FROM row_image WHERE tenant = ?1 AND type = ?2 AND id = ?3"
    " AND seq <= ?4 ORDER BY seq DESC LIMIT 1";
inline constexpr std::string_view note_full_pull =
    "INSERT INTO full_pull (tenant, device, seq, began) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (tenant, device) DO UPDATE SET seq = excluded.seq, began = excluded.began";

// For those who keep no copy.
inline constexpr std::string_view row =
    "SELECT \"values\", seq, deleted FROM entity WHERE tenant = ?1 AND type = ?2 AND id = ?3";

// Compaction.
inline constexpr std::string_view oldest_full_pull =
    "SELECT min(seq) FROM full_pull WHERE tenant = ?1 AND began > ?2";
inline constexpr std::string_view commit_time =
    "SELECT at FROM commit_log WHERE tenant = ?1 AND seq = ?2";
inline constexpr std::string_view move_horizon = "UPDATE tenant SET horizon_seq = ?2 WHERE id = ?1";
inline constexpr std::string_view images_between =
    "SELECT seq, type, id, deleted FROM row_image WHERE tenant = ?1 AND seq > ?2 AND seq <= ?3"
    " ORDER BY seq";
inline constexpr std::string_view drop_images_before =
    "DELETE FROM row_image WHERE tenant = ?1 AND type = ?2 AND id = ?3 AND seq < ?4";
inline constexpr std::string_view drop_image =
    "DELETE FROM row_image WHERE tenant = ?1 AND type = ?2 AND id = ?3 AND seq = ?4";
inline constexpr std::string_view drop_tombstone =
    "DELETE FROM entity WHERE tenant = ?1 AND type = ?2 AND id = ?3 AND seq = ?4 AND deleted = 1";
inline constexpr std::string_view note_purged = "UPDATE tenant SET purged_seq = ?2 WHERE id = ?1";

// What may be forgotten. A receipt without a number of its own is kept for good, unless it is that
// of a number that another id holds.
inline constexpr std::string_view ranges =
    "SELECT k.value ->> 0, k.value ->> 1 FROM json_each(?2) AS k CROSS JOIN judged_range AS r"
    " ON r.tenant = ?1 AND r.incarnation = k.value ->> 0 AND r.first <= k.value ->> 1"
    " AND r.last >= k.value ->> 1";
inline constexpr std::string_view purgeable_commits =
    "SELECT seq, count(*) FROM receipt WHERE tenant = ?1 AND device = ?2 AND seq <= ?3"
    " AND (number IS NOT NULL OR verdict = 'rejected') GROUP BY seq ORDER BY seq LIMIT ?4";
inline constexpr std::string_view purgeable_numbers =
    "SELECT incarnation, number FROM receipt WHERE tenant = ?1 AND device = ?2 AND seq <= ?3"
    " AND number IS NOT NULL ORDER BY seq, rowid";
inline constexpr std::string_view purge_receipts =
    "DELETE FROM receipt WHERE tenant = ?1 AND device = ?2 AND seq <= ?3"
    " AND (number IS NOT NULL OR verdict = 'rejected')";
inline constexpr std::string_view touching_range =
    "SELECT first, last FROM judged_range WHERE tenant = ?1 AND incarnation = ?2 AND first <= ?4"
    " AND last >= ?3 LIMIT 1";
inline constexpr std::string_view drop_range =
    "DELETE FROM judged_range WHERE tenant = ?1 AND incarnation = ?2 AND first = ?3";
inline constexpr std::string_view add_range =
    "INSERT INTO judged_range (tenant, incarnation, first, last) VALUES (?1, ?2, ?3, ?4)";
inline constexpr std::string_view note_cursor =
    "UPDATE device SET cursor_seq = max(cursor_seq, ?3), seen = ?4 WHERE tenant = ?1 AND name = ?2"
    " AND removed IS NULL";

// The newest commit that the oldest backup contains which may still be restored.
inline constexpr std::string_view safe_point =
    "SELECT p.seq, p.salt FROM backup_point AS p WHERE p.tenant = ?1 AND p.backup ="
    " (SELECT CAST(m.\"value\" AS INTEGER) FROM ledger_meta AS m WHERE m.\"key\" = 'safeBackup')";

// Tokens.
inline constexpr std::string_view tenant_by_name = "SELECT id FROM tenant WHERE name = ?1";
inline constexpr std::string_view add_tenant =
    "INSERT INTO tenant (name, head_seq, head_salt, origin_salt) VALUES (?1, 0, ?2, ?2)";
inline constexpr std::string_view add_device =
    "INSERT OR IGNORE INTO device (tenant, name, created) VALUES (?1, ?2, ?3)";
inline constexpr std::string_view device_count =
    "SELECT count(*) FROM device WHERE tenant = ?1 AND removed IS NULL";
inline constexpr std::string_view remove_device =
    "UPDATE device SET removed = ?3 WHERE tenant = ?1 AND name = ?2";
inline constexpr std::string_view drop_full_pull =
    "DELETE FROM full_pull WHERE tenant = ?1 AND device = ?2";
// ?4: a new commit; what was absorbed before it counts no more.
inline constexpr std::string_view begin_anew =
    "UPDATE device SET removed = NULL, created = ?3, seen = NULL, cursor_seq = 0, scope = '',"
    " scope_seq = ?4 WHERE tenant = ?1 AND name = ?2";
inline constexpr std::string_view add_token =
    "INSERT INTO token (hash, tenant, device, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
inline constexpr std::string_view expire_tokens =
    "UPDATE token SET expires = ?3 WHERE tenant = ?1 AND device = ?2 AND revoked IS NULL"
    " AND (expires IS NULL OR expires > ?3)";
inline constexpr std::string_view token_owner =
    "SELECT t.id, t.name, k.device, k.expires FROM token AS k JOIN tenant AS t ON t.id = k.tenant"
    " WHERE k.hash = ?1 AND k.revoked IS NULL";
inline constexpr std::string_view device_scope =
    "SELECT scope, scope_seq, removed FROM device WHERE tenant = ?1 AND name = ?2";
inline constexpr std::string_view set_scope =
    "UPDATE device SET scope = ?3, scope_seq = ?4 WHERE tenant = ?1 AND name = ?2";
inline constexpr std::string_view revoke_tokens =
    "UPDATE token SET revoked = ?3 WHERE tenant = ?1 AND device = ?2 AND revoked IS NULL";

inline constexpr std::string_view all[] = {head,
                                           commit_salt,
                                           newest_common,
                                           rows,
                                           receipts,
                                           judged,
                                           commits,
                                           referrers,
                                           references,
                                           type_counts,
                                           add_commit,
                                           move_head,
                                           put_row,
                                           add_image,
                                           add_receipt,
                                           add_reference,
                                           rows_of_type,
                                           drop_edges,
                                           add_edge,
                                           images_after,
                                           receipts_after,
                                           devices_between,
                                           image,
                                           receipts_between,
                                           receipt,
                                           tenant_by_name,
                                           add_tenant,
                                           add_device,
                                           device_count,
                                           remove_device,
                                           drop_full_pull,
                                           begin_anew,
                                           add_token,
                                           token_owner,
                                           revoke_tokens,
                                           row_counts,
                                           rows_after,
                                           image_at,
                                           note_full_pull,
                                           oldest_full_pull,
                                           commit_time,
                                           move_horizon,
                                           images_between,
                                           drop_images_before,
                                           drop_image,
                                           drop_tombstone,
                                           note_purged,
                                           ranges,
                                           purgeable_commits,
                                           purgeable_numbers,
                                           purge_receipts,
                                           touching_range,
                                           drop_range,
                                           add_range,
                                           note_cursor,
                                           safe_point,
                                           newest_number,
                                           add_number,
                                           device_scope,
                                           set_scope,
                                           row,
                                           expire_tokens};

// Over all tenants, for people at a terminal and for what runs now and then: may scan.
inline constexpr std::string_view tenants =
    "SELECT id, name, head_seq, horizon_seq, purged_seq FROM tenant ORDER BY id";
// Nothing has to reach a device that was removed.
inline constexpr std::string_view devices =
    "SELECT tenant, name, CASE WHEN removed IS NULL THEN cursor_seq ELSE 9223372036854775807 END"
    " FROM device ORDER BY tenant, name";
inline constexpr std::string_view add_backup = "INSERT INTO backup (file, at) VALUES (?1, ?2)";
inline constexpr std::string_view add_backup_points =
    "INSERT INTO backup_point (backup, tenant, seq, salt)"
    " SELECT ?1, id, head_seq, head_salt FROM tenant";
inline constexpr std::string_view complete_backup = "UPDATE backup SET complete = 1 WHERE id = ?1";
inline constexpr std::string_view drop_backup = "DELETE FROM backup WHERE id = ?1";
inline constexpr std::string_view drop_backup_points =
    "DELETE FROM backup_point WHERE backup = ?1";  // its number is given again
inline constexpr std::string_view keep_backups =
    "INSERT INTO ledger_meta (\"key\", \"value\") VALUES ('backupsKept', ?1)"
    " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";
// The oldest of the backups that are kept, now that ?1 is complete. One that was never completed is
// none of those that are kept: its maker may have died. Where fewer are complete, the oldest of all
// counts: one that is noted as incomplete may be the very copy that this database was restored
// from.
inline constexpr std::string_view mark_safe =
    "INSERT INTO ledger_meta (\"key\", \"value\") SELECT 'safeBackup', coalesce("
    "(SELECT id FROM backup WHERE id <= ?1 AND complete = 1 ORDER BY id DESC LIMIT 1 OFFSET "
    "coalesce("
    "(SELECT CAST(\"value\" AS INTEGER) - 1 FROM ledger_meta WHERE \"key\" = 'backupsKept'),"
    " 9223372036854775807)), (SELECT min(id) FROM backup)) WHERE true"
    " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";
// With what places are sealed: made once, by whoever comes first, and kept for good.
inline constexpr std::string_view seal_key =
    "SELECT \"value\" FROM ledger_meta WHERE \"key\" = 'sealKey'";
inline constexpr std::string_view add_seal_key =
    "INSERT INTO ledger_meta (\"key\", \"value\") VALUES ('sealKey', ?1)"
    " ON CONFLICT (\"key\") DO NOTHING";
inline constexpr std::string_view tenant_states =
    "SELECT t.id, t.name, t.head_seq, t.horizon_seq,"
    " (SELECT count(*) - 1 FROM commit_log AS c WHERE c.tenant = t.id),"
    " (SELECT count(*) FROM entity AS e WHERE e.tenant = t.id AND e.deleted = 0),"
    " (SELECT coalesce(sum(r.live), 0) FROM row_count AS r WHERE r.tenant = t.id),"
    " (SELECT c.at FROM commit_log AS c WHERE c.tenant = t.id AND c.seq = t.head_seq)"
    " FROM tenant AS t ORDER BY t.name";
// "rest-" begins the incarnations of writes at /v1/entities (entity_write.h). The newest receipt of
// whoever writes nowhere else is never forgotten: no later cursor follows it.
inline constexpr std::string_view device_states =
    "SELECT t.name, d.name, d.created, d.seen, d.cursor_seq, d.scope = '', d.removed,"
    " EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = d.tenant AND r.device = d.name)"
    " AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = d.tenant AND r.device = d.name"
    " AND r.incarnation NOT LIKE 'rest-%') FROM device AS d"
    " JOIN tenant AS t ON t.id = d.tenant ORDER BY t.name, d.name";
inline constexpr std::string_view newest_backup =
    "SELECT at FROM backup WHERE complete = 1 ORDER BY id DESC LIMIT 1";
inline constexpr std::string_view list_tokens =
    "SELECT t.name, k.device, k.created, k.revoked, k.expires FROM token AS k"
    " JOIN tenant AS t ON t.id = k.tenant ORDER BY t.name, k.device, k.created";

}  // namespace slipway::cloud::query
