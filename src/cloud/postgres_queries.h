// Every statement that the PostgreSQL ledger runs in answer to a request, by name. $1 is always the
// tenant, in a condition on each table with rows of tenants, so that it runs where they lie. Sets
// of keys are arrays, one per column, so that a statement's number of round trips does not depend
// on how many there are. They say which tenant they mean although row-level security says it, too:
// indexes are found so, and a wall should not lean on the other.
#pragma once

#include <string_view>

namespace slipway::cloud::postgres_query {

inline constexpr std::string_view begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
// One state for all reads, for which nobody waits.
inline constexpr std::string_view begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
// Row-level security shows this tenant's rows. A commit that is answered must be durable whatever
// the server's default is, also where a pooler gives each transaction another session.
inline constexpr std::string_view work_for =
    "SELECT set_config('slipway.tenant', $1, true),"
    " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')"
    " THEN set_config('synchronous_commit', 'on', true) END";
// Of all tenants the heads alone; to read.
inline constexpr std::string_view see_all_heads = "SELECT set_config('slipway.heads', 'all', true)";

inline constexpr std::string_view head =
    "SELECT seq, salt, origin_salt, horizon_seq FROM head WHERE tenant = $1";
inline constexpr std::string_view heads =
    "SELECT tenant, seq, salt FROM head WHERE tenant = ANY ($1::bigint[])";
// In READ COMMITTED each later statement sees what was committed before the lock was had.
inline constexpr std::string_view lock_head =
    "SELECT seq, salt, origin_salt, horizon_seq FROM head WHERE tenant = $1 FOR UPDATE";
inline constexpr std::string_view share_head =
    "SELECT seq, salt, origin_salt, horizon_seq FROM head WHERE tenant = $1 FOR SHARE";
inline constexpr std::string_view commit_salt =
    "SELECT salt FROM commit_log WHERE tenant = $1 AND seq = $2";
inline constexpr std::string_view newest_common =
    "SELECT c.seq, c.salt FROM unnest($2::bigint[], $3::text[]) AS k (seq, salt)"
    " JOIN commit_log AS c ON c.tenant = $1 AND c.seq = k.seq AND c.salt = k.salt"
    " ORDER BY c.seq DESC LIMIT 1";

inline constexpr std::string_view device_scope =
    "SELECT scope, scope_seq, removed FROM device WHERE tenant = $1 AND name = $2";
inline constexpr std::string_view set_scope =
    "UPDATE device SET scope = $3, scope_seq = $4 WHERE tenant = $1 AND name = $2";

// What a judgement needs.
inline constexpr std::string_view references =
    "SELECT type, fields, target FROM reference WHERE tenant = $1 ORDER BY type, fields, target";
inline constexpr std::string_view receipts =
    "SELECT r.body FROM unnest($2::text[]) AS k (id)"
    " JOIN receipt AS r ON r.tenant = $1 AND r.id = k.id";
inline constexpr std::string_view judged =
    "SELECT r.incarnation, r.number, r.id"
    " FROM unnest($2::text[], $3::bigint[]) AS k (incarnation, number) JOIN receipt AS r"
    " ON r.tenant = $1 AND r.incarnation = k.incarnation AND r.number = k.number";
inline constexpr std::string_view ranges =
    "SELECT k.incarnation, k.number"
    " FROM unnest($2::text[], $3::bigint[]) AS k (incarnation, number) JOIN judged_range AS r"
    " ON r.tenant = $1 AND r.incarnation = k.incarnation"
    " AND r.first <= k.number AND r.last >= k.number";
inline constexpr std::string_view newest_numbers =
    "SELECT k.type, k.field, (SELECT g.number FROM given_number AS g WHERE g.tenant = $1"
    " AND g.type = k.type AND g.field = k.field ORDER BY g.number DESC LIMIT 1)"
    " FROM unnest($2::text[], $3::text[]) AS k (type, field)";
inline constexpr std::string_view rows =
    "SELECT e.type, e.id, e.\"values\", e.seq, e.marks, e.deleted"
    " FROM unnest($2::text[], $3::text[]) AS k (type, id)"
    " JOIN entity AS e ON e.tenant = $1 AND e.type = k.type AND e.id = k.id";
inline constexpr std::string_view commits =
    "SELECT c.seq, c.salt, c.device, c.at FROM unnest($2::bigint[]) AS k (seq)"
    " JOIN commit_log AS c ON c.tenant = $1 AND c.seq = k.seq";
inline constexpr std::string_view referrers =
    "SELECT e.to_type, e.to_id, e.from_type, e.from_id"
    " FROM unnest($2::text[], $3::text[]) AS k (type, id)"
    " JOIN edge AS e ON e.tenant = $1 AND e.to_type = k.type AND e.to_id = k.id";

// How many types of rows there are, and how many of these would be more.
inline constexpr std::string_view type_counts =
    "SELECT (SELECT count(*) FROM row_count WHERE tenant = $1), count(*)"
    " FROM unnest($2::text[]) AS k (type) WHERE NOT EXISTS"
    " (SELECT 1 FROM row_count AS r WHERE r.tenant = $1 AND r.type = k.type)";

// What a commit writes.
inline constexpr std::string_view add_commit =
    "INSERT INTO commit_log (tenant, seq, salt, device, at) VALUES ($1, $2, $3, $4, $5)";
inline constexpr std::string_view move_head =
    "UPDATE head SET seq = $2, salt = $3 WHERE tenant = $1";
inline constexpr std::string_view put_rows =
    "INSERT INTO entity (tenant, type, id, \"values\", seq, marks, deleted)"
    " SELECT $1::bigint, k.type, k.id, k.\"values\", k.seq, k.marks, k.deleted"
    " FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[])"
    " AS k (type, id, \"values\", seq, marks, deleted)"
    " ON CONFLICT (tenant, type, id) DO UPDATE SET \"values\" = excluded.\"values\","
    " seq = excluded.seq, marks = excluded.marks, deleted = excluded.deleted";
inline constexpr std::string_view add_images =
    "INSERT INTO row_image (tenant, seq, type, id, \"values\", deleted)"
    " SELECT $1::bigint, $2::bigint, k.type, k.id, k.\"values\", k.deleted"
    " FROM unnest($3::text[], $4::text[], $5::text[], $6::boolean[])"
    " AS k (type, id, \"values\", deleted)";
inline constexpr std::string_view drop_edges =
    "DELETE FROM edge AS e USING unnest($2::text[], $3::text[]) AS k (type, id)"
    " WHERE e.tenant = $1 AND e.from_type = k.type AND e.from_id = k.id";
inline constexpr std::string_view add_edges =
    "INSERT INTO edge (tenant, from_type, from_id, to_type, to_id, fields)"
    " SELECT $1::bigint, k.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], "
    "$6::text[])"
    " AS k (from_type, from_id, to_type, to_id, fields) ON CONFLICT DO NOTHING";
inline constexpr std::string_view count_rows =
    "INSERT INTO row_count (tenant, type, live)"
    " SELECT $1::bigint, k.type, k.live FROM unnest($2::text[], $3::bigint[]) AS k (type, live)"
    " ON CONFLICT (tenant, type) DO UPDATE SET live = row_count.live + excluded.live";
inline constexpr std::string_view add_receipts =
    "INSERT INTO receipt (tenant, id, incarnation, number, device, seq, place, verdict, body)"
    " SELECT $1::bigint, k.id, k.incarnation, k.number, $2::text, k.seq, k.place, k.verdict, k.body"
    " FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],"
    " $9::text[]) AS k (id, incarnation, number, seq, place, verdict, body)";
inline constexpr std::string_view add_numbers =
    "INSERT INTO given_number (tenant, type, field, number, entity)"
    " SELECT $1::bigint, k.type, k.field, k.number, k.entity"
    " FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[])"
    " AS k (type, field, number, entity)";
inline constexpr std::string_view add_references =
    "INSERT INTO reference (tenant, type, fields, target) SELECT $1::bigint, k.type, k.fields,"
    " k.target FROM unnest($2::text[], $3::text[], $4::text[]) AS k (type, fields, target)"
    " ON CONFLICT DO NOTHING";

// The feed. How far a page goes from commit $2, at most to the head $3, with $5 rows and receipts
// of device $4 of $7 bytes: just before the first commit with which they would be more, or more
// than $6 images would have to be gone through; but one commit at least. A row counts where it
// first appears; later images of it count what they are larger than the one before.
inline constexpr std::string_view page_end =
    "WITH image AS (SELECT seq, type, id, octet_length(\"values\") AS bytes FROM row_image"
    " WHERE tenant = $1 AND seq > $2::bigint"
    " AND seq <= $3::bigint ORDER BY seq LIMIT $6::bigint + 1),"
    " grown AS (SELECT seq, lag(bytes) OVER of_row AS before, bytes FROM image"
    " WINDOW of_row AS (PARTITION BY type, id ORDER BY seq)),"
    " received AS (SELECT seq, octet_length(body) AS bytes FROM receipt"
    " WHERE tenant = $1 AND device = $4::text AND"
    " seq > $2::bigint AND seq <= $3::bigint ORDER BY seq LIMIT $5::bigint + 1),"
    " counted AS (SELECT seq, CASE WHEN before IS NULL THEN 1 ELSE 0 END AS items, 1 AS walked,"
    " bytes - coalesce(before, 0) AS bytes FROM grown"
    " UNION ALL SELECT seq, 1, 0, bytes FROM received),"
    " summed AS (SELECT seq, sum(sum(items)) OVER (ORDER BY seq) AS items,"
    " sum(sum(walked)) OVER (ORDER BY seq) AS walked,"
    " sum(sum(bytes)) OVER (ORDER BY seq) AS bytes FROM counted GROUP BY seq)"
    " SELECT CASE WHEN min(seq) IS NULL THEN $3::bigint"
    " ELSE greatest(min(seq) - 1, $2::bigint + 1) END FROM summed"
    " WHERE items > $5::bigint OR walked > $6::bigint OR bytes > $7::bigint";
// The newest image of each row between two commits.
inline constexpr std::string_view images_between =
    "SELECT i.type, i.id, i.seq, c.salt, i.deleted, i.\"values\" FROM"
    " (SELECT type, id, max(seq) AS seq FROM row_image"
    " WHERE tenant = $1 AND seq > $2 AND seq <= $3 GROUP BY type, id) AS n"
    " JOIN row_image AS i ON i.tenant = $1 AND i.seq = n.seq AND i.type = n.type AND i.id = n.id"
    " JOIN commit_log AS c ON c.tenant = $1 AND c.seq = i.seq ORDER BY i.type, i.id";
// What the rows that were changed between two commits were at the first of them, if they were
// there.
inline constexpr std::string_view images_before =
    "SELECT n.type, n.id, i.\"values\" FROM (SELECT type, id FROM row_image"
    " WHERE tenant = $1 AND seq > $2 AND seq <= $3 GROUP BY type, id) AS n"
    " CROSS JOIN LATERAL (SELECT \"values\", deleted FROM row_image WHERE tenant = $1"
    " AND type = n.type AND id = n.id AND seq <= $2 ORDER BY seq DESC LIMIT 1) AS i"
    " WHERE NOT i.deleted";
inline constexpr std::string_view receipts_between =
    "SELECT body FROM receipt WHERE tenant = $1 AND device = $2 AND seq > $3 AND seq <= $4"
    " ORDER BY seq, place";
inline constexpr std::string_view devices_between =
    "SELECT DISTINCT device FROM commit_log WHERE tenant = $1 AND seq > $2 AND seq <= $3";
inline constexpr std::string_view receipt =
    "SELECT body, device FROM receipt WHERE tenant = $1 AND id = $2";

// Full pulls.
inline constexpr std::string_view row_counts =
    "SELECT type, live FROM row_count WHERE tenant = $1 ORDER BY type";
// What a row was at commit $5 stands in `entity` if it has not changed since; else it is the newest
// image up to that commit, which the horizon keeps. $4 rows, or those that hold $6 bytes.
inline constexpr std::string_view rows_at =
    "SELECT id, live, seq, salt, \"values\" FROM (SELECT e.id, NOT e.deleted AS live, s.seq, "
    "c.salt,"
    " s.\"values\", sum(octet_length(s.\"values\")) OVER (ORDER BY e.id"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before"
    " FROM (SELECT id, seq, deleted, CASE"
    " WHEN seq <= $5::bigint THEN \"values\" END AS \"values\" FROM entity"
    " WHERE tenant = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT $4::bigint) AS e"
    " LEFT JOIN LATERAL (SELECT i.seq, i.\"values\" FROM (SELECT seq, \"values\", deleted"
    " FROM row_image WHERE tenant = $1 AND type = $2 AND id = e.id AND seq <= $5::bigint"
    " AND e.seq > $5::bigint ORDER BY seq DESC LIMIT 1) AS i WHERE NOT i.deleted"
    " UNION ALL SELECT e.seq, e.\"values\" WHERE e.seq <= $5::bigint AND NOT e.deleted) AS s ON "
    "true"
    " LEFT JOIN commit_log AS c ON c.tenant = $1 AND c.seq = s.seq) AS r"
    " WHERE coalesce(bytes_before, 0) < $6::bigint ORDER BY id";
// The receipts of whole commits, as many as make at least $5.
inline constexpr std::string_view some_receipts_between =
    "SELECT body FROM receipt WHERE tenant = $1 AND device = $2 AND seq > $3 AND seq <="
    " coalesce((SELECT seq FROM receipt WHERE tenant = $1 AND device = $2 AND seq > $3"
    " AND seq <= $4 ORDER BY seq LIMIT 1 OFFSET $5::bigint - 1), $4) ORDER BY seq, place";
inline constexpr std::string_view any_receipt_between =
    "SELECT 1 FROM receipt WHERE tenant = $1 AND device = $2 AND seq > $3 AND seq <= $4 LIMIT 1";
inline constexpr std::string_view note_full_pull =
    "INSERT INTO full_pull (tenant, device, seq, began) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (tenant, device) DO UPDATE SET seq = excluded.seq, began = excluded.began";

// For those who keep no copy.
inline constexpr std::string_view row =
    "SELECT e.\"values\", e.seq, e.deleted, c.salt FROM entity AS e JOIN commit_log AS c"
    " ON c.tenant = $1 AND c.seq = e.seq WHERE e.tenant = $1 AND e.type = $2 AND e.id = $3";
inline constexpr std::string_view row_image_at =
    "SELECT i.\"values\", i.seq, i.deleted, c.salt FROM row_image AS i JOIN commit_log AS c"
    " ON c.tenant = $1 AND c.seq = i.seq WHERE i.tenant = $1 AND i.type = $2 AND i.id = $3"
    " AND i.seq <= $4 ORDER BY i.seq DESC LIMIT 1";
// $4 rows, or those that hold $5 bytes.
inline constexpr std::string_view rows_of_type_after =
    "SELECT e.id, e.\"values\", e.seq, e.deleted, c.salt FROM (SELECT id, \"values\", seq, deleted,"
    " sum(octet_length(\"values\")) OVER (ORDER BY id"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before"
    " FROM (SELECT id, \"values\", seq, deleted FROM entity"
    " WHERE tenant = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT $4::bigint) AS of_type) AS e"
    " JOIN commit_log AS c ON c.tenant = $1 AND c.seq = e.seq"
    " WHERE coalesce(e.bytes_before, 0) < $5::bigint ORDER BY e.id";
// Until the transaction ends. False: another one has it.
inline constexpr std::string_view claim =
    "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))";

// Compaction.
inline constexpr std::string_view lock_log =
    "SELECT seq, horizon_seq, purged_seq FROM head WHERE tenant = $1 FOR UPDATE";
inline constexpr std::string_view oldest_full_pull =
    "SELECT min(seq) FROM full_pull WHERE tenant = $1 AND began > $2";
// The newest of the commits that were made at or before a time. With a clock that was set back it
// is one of several, and any of them is as good.
inline constexpr std::string_view commit_at =
    "SELECT seq FROM commit_log WHERE tenant = $1 AND at <= $2 ORDER BY at DESC, seq DESC LIMIT 1";
inline constexpr std::string_view move_horizon =
    "UPDATE head SET horizon_seq = $2 WHERE tenant = $1 AND horizon_seq < $2";
// The commit of the $4th image after $2; none: there are fewer up to $3.
inline constexpr std::string_view step_end =
    "SELECT seq FROM row_image WHERE tenant = $1 AND seq > $2 AND seq <= $3"
    " ORDER BY seq LIMIT 1 OFFSET $4::bigint - 1";
inline constexpr std::string_view drop_tombstones =
    "WITH newest AS (SELECT type, id, max(seq) AS seq FROM row_image"
    " WHERE tenant = $1 AND seq > $2 AND seq <= $3 GROUP BY type, id)"
    " DELETE FROM entity AS e USING newest AS n WHERE e.tenant = $1 AND e.type = n.type"
    " AND e.id = n.id AND e.seq = n.seq AND e.deleted";
inline constexpr std::string_view drop_images =
    "WITH newest AS (SELECT type, id, max(seq) AS seq FROM row_image"
    " WHERE tenant = $1 AND seq > $2 AND seq <= $3 GROUP BY type, id)"
    " DELETE FROM row_image AS i USING newest AS n WHERE i.tenant = $1 AND i.type = n.type"
    " AND i.id = n.id AND i.seq <= n.seq AND (i.seq < n.seq OR i.deleted)";
inline constexpr std::string_view note_purged = "UPDATE head SET purged_seq = $2 WHERE tenant = $1";

// What may be forgotten. A receipt without a number of its own is kept for good, unless it is that
// of a number that another id holds.
inline constexpr std::string_view note_cursors =
    "UPDATE device AS d SET cursor_seq = greatest(d.cursor_seq, k.seq), seen = $4"
    " FROM unnest($2::text[], $3::bigint[]) AS k (name, seq)"
    " WHERE d.tenant = $1 AND d.name = k.name AND d.removed IS NULL";
// A device with receipts that are old ($2: the newest old commit) and have reached it. Nothing has
// to reach one that was removed.
inline constexpr std::string_view purgeable_device =
    "SELECT d.name, d.bound FROM (SELECT name, CASE WHEN removed IS NULL"
    " THEN least(cursor_seq, $2::bigint) ELSE $2::bigint END AS bound FROM device"
    " WHERE tenant = $1) AS d"
    " WHERE EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = $1 AND r.device = d.name"
    " AND r.seq <= d.bound"
    " AND (r.number IS NOT NULL OR r.verdict = 'rejected')) ORDER BY d.name LIMIT 1";
// Up to which commit ($3 at most) there are at most $4 of them; but one commit at least.
inline constexpr std::string_view purge_end =
    "WITH old AS (SELECT seq FROM receipt WHERE tenant = $1 AND device = $2 AND seq <= $3"
    " AND (number IS NOT NULL OR verdict = 'rejected') ORDER BY seq LIMIT $4::bigint + 1)"
    " SELECT CASE WHEN count(*) <= $4::bigint THEN max(seq) ELSE coalesce("
    "(SELECT max(seq) FROM old WHERE seq < (SELECT max(seq) FROM old)), max(seq)) END FROM old";
inline constexpr std::string_view purgeable_numbers =
    "SELECT incarnation, number FROM receipt WHERE tenant = $1 AND device = $2 AND seq <= $3"
    " AND number IS NOT NULL ORDER BY incarnation, number";
inline constexpr std::string_view purge_receipts =
    "DELETE FROM receipt WHERE tenant = $1 AND device = $2 AND seq <= $3"
    " AND (number IS NOT NULL OR verdict = 'rejected')";
inline constexpr std::string_view touching_ranges =
    "SELECT DISTINCT r.incarnation, r.first, r.last"
    " FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (incarnation, first, last)"
    " JOIN judged_range AS r ON r.tenant = $1 AND r.incarnation = k.incarnation"
    " AND r.first <= k.last + 1 AND r.last >= k.first - 1";
inline constexpr std::string_view drop_ranges =
    "DELETE FROM judged_range AS r USING unnest($2::text[], $3::bigint[]) AS k (incarnation, first)"
    " WHERE r.tenant = $1 AND r.incarnation = k.incarnation AND r.first = k.first";
inline constexpr std::string_view add_ranges =
    "INSERT INTO judged_range (tenant, incarnation, first, last) SELECT $1::bigint, k.*"
    " FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (incarnation, first, last)";

// The newest commit that the oldest backup contains which may still be restored.
inline constexpr std::string_view safe_point =
    "SELECT p.seq, p.salt FROM backup_point AS p WHERE p.tenant = $1 AND p.backup ="
    " (SELECT m.\"value\"::bigint FROM ledger_meta AS m WHERE m.\"key\" = 'safeBackup')";

// Below, $1 is not the tenant: it is not known yet, or all are meant.
inline constexpr std::string_view add_tenant =
    "INSERT INTO tenant (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
inline constexpr std::string_view tenant_by_name = "SELECT id FROM tenant WHERE name = $1";
inline constexpr std::string_view add_head =
    "INSERT INTO head (tenant, seq, salt, origin_salt) VALUES ($1, 0, $2, $2)"
    " ON CONFLICT DO NOTHING";
inline constexpr std::string_view add_origin =
    "INSERT INTO commit_log (tenant, seq, salt, device, at)"
    " SELECT tenant, 0, origin_salt, '', $2::text FROM head WHERE tenant = $1"
    " ON CONFLICT DO NOTHING";
inline constexpr std::string_view add_device =
    "INSERT INTO device (tenant, name, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
inline constexpr std::string_view device_count =
    "SELECT count(*) FROM device WHERE tenant = $1 AND removed IS NULL";
inline constexpr std::string_view remove_device =
    "UPDATE device SET removed = $3 WHERE tenant = $1 AND name = $2";
inline constexpr std::string_view drop_full_pull =
    "DELETE FROM full_pull WHERE tenant = $1 AND device = $2";
// $4: a new commit; what was absorbed before it counts no more.
inline constexpr std::string_view begin_anew =
    "UPDATE device SET removed = NULL, created = $3, seen = NULL, cursor_seq = 0, scope = '',"
    " scope_seq = $4 WHERE tenant = $1 AND name = $2";
inline constexpr std::string_view add_token =
    "INSERT INTO token (hash, tenant, device, created, expires) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING";
inline constexpr std::string_view token_owner =
    "SELECT t.id, t.name, k.device, k.expires FROM token AS k JOIN tenant AS t ON t.id = k.tenant"
    " WHERE k.hash = $1 AND k.revoked IS NULL";
inline constexpr std::string_view valid_tokens =
    "SELECT hash, expires FROM token"
    " WHERE tenant = $1 AND revoked IS NULL AND hash = ANY ($2::text[])";
inline constexpr std::string_view scopes_of_devices =
    "SELECT name, scope FROM device"
    " WHERE tenant = $1 AND name = ANY ($2::text[]) AND removed IS NULL";
inline constexpr std::string_view list_tokens =
    "SELECT t.name, k.device, k.created, k.revoked, k.expires FROM token AS k"
    " JOIN tenant AS t ON t.id = k.tenant ORDER BY t.name, k.device, k.created";
inline constexpr std::string_view revoke_tokens =
    "UPDATE token AS k SET revoked = $3 FROM tenant AS t WHERE t.name = $1 AND k.tenant = t.id"
    " AND k.device = $2 AND k.revoked IS NULL";
inline constexpr std::string_view expire_tokens =
    "UPDATE token AS k SET expires = $3 FROM tenant AS t WHERE t.name = $1 AND k.tenant = t.id"
    " AND k.device = $2 AND k.revoked IS NULL AND (k.expires IS NULL OR k.expires > $3)";
// For people; may scan.
inline constexpr std::string_view tenant_state =
    "SELECT t.name, h.seq, h.horizon_seq,"
    " (SELECT count(*) - 1 FROM commit_log AS c WHERE c.tenant = $1),"
    " (SELECT count(*) FROM entity AS e WHERE e.tenant = $1 AND NOT e.deleted),"
    " (SELECT coalesce(sum(r.live), 0)::bigint FROM row_count AS r WHERE r.tenant = $1),"
    " (SELECT c.at FROM commit_log AS c WHERE c.tenant = $1 AND c.seq = h.seq)"
    " FROM tenant AS t JOIN head AS h ON h.tenant = $1 WHERE t.id = $1";
// "rest-" begins the incarnations of writes at /v1/entities (entity_write.h). The newest receipt of
// whoever writes nowhere else is never forgotten: no later cursor follows it.
inline constexpr std::string_view device_states =
    "SELECT d.name, d.created, d.seen, d.cursor_seq, d.scope = '', d.removed,"
    " EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = $1 AND r.device = d.name)"
    " AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.tenant = $1 AND r.device = d.name"
    " AND r.incarnation NOT LIKE 'rest-%')"
    " FROM device AS d WHERE d.tenant = $1 ORDER BY d.name";
inline constexpr std::string_view newest_backup =
    "SELECT at FROM backup WHERE complete ORDER BY id DESC LIMIT 1";
inline constexpr std::string_view tenants = "SELECT id FROM tenant ORDER BY id";
inline constexpr std::string_view tenants_after =
    "SELECT id FROM tenant WHERE id > $1 ORDER BY id LIMIT $2";
// For those who cannot listen: how many commits there are, of all tenants.
inline constexpr std::string_view all_commits = "SELECT coalesce(sum(seq), 0)::bigint FROM head";

// Backups are noted one after the other.
inline constexpr std::string_view lock_backups =
    "SELECT 1 FROM ledger_meta WHERE \"key\" = 'schema' FOR UPDATE";
inline constexpr std::string_view add_backup =
    "INSERT INTO backup (id, file, at) SELECT coalesce(max(id), 0) + 1, $1, $2 FROM backup"
    " RETURNING id";
inline constexpr std::string_view add_backup_points =
    "INSERT INTO backup_point (backup, tenant, seq, salt)"
    " SELECT (SELECT max(id) FROM backup), tenant, seq, salt FROM head";
inline constexpr std::string_view complete_backup =
    "UPDATE backup SET complete = true WHERE id = $1";
inline constexpr std::string_view drop_backup = "DELETE FROM backup WHERE id = $1";
inline constexpr std::string_view drop_backup_points =
    "DELETE FROM backup_point WHERE backup = $1";  // its number is given again
inline constexpr std::string_view keep_backups =
    "INSERT INTO ledger_meta (\"key\", \"value\") VALUES ('backupsKept', $1)"
    " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";
// The oldest of the backups that are kept, now that $1 is complete. One that was never completed is
// none of those that are kept: its maker may have died. Where fewer are complete, the oldest of all
// counts: one that is noted as incomplete may be the very copy that this database was restored
// from.
inline constexpr std::string_view mark_safe =
    "INSERT INTO ledger_meta (\"key\", \"value\") SELECT 'safeBackup', coalesce("
    "(SELECT id FROM backup WHERE id <= $1::bigint AND complete ORDER BY id DESC LIMIT 1 OFFSET "
    "coalesce("
    "(SELECT \"value\"::bigint - 1 FROM ledger_meta WHERE \"key\" = 'backupsKept'),"
    " 9223372036854775807)), (SELECT min(id) FROM backup))::text"
    " ON CONFLICT (\"key\") DO UPDATE SET \"value\" = excluded.\"value\"";

// With what places are sealed: made once, by whoever comes first, and kept for good.
inline constexpr std::string_view seal_key =
    "SELECT \"value\" FROM ledger_meta WHERE \"key\" = 'sealKey'";
inline constexpr std::string_view add_seal_key =
    "INSERT INTO ledger_meta (\"key\", \"value\") VALUES ('sealKey', $1)"
    " ON CONFLICT (\"key\") DO NOTHING";

// Heard by the ledgers that listen. Said after a commit, in a transaction of its own: within the
// commit it would make all tenants' commits wait for each other.
inline constexpr std::string_view channel = "slipway_ledger";
inline constexpr std::string_view say = "SELECT pg_notify($1, '')";

// What is asked for again and again: a test demands an index for each.
inline constexpr std::string_view passes_walls =
    "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";

inline constexpr std::string_view all[] = {device_scope,
                                           set_scope,
                                           images_before,
                                           row,
                                           row_image_at,
                                           rows_of_type_after,
                                           head,
                                           heads,
                                           lock_head,
                                           share_head,
                                           commit_salt,
                                           newest_common,
                                           references,
                                           type_counts,
                                           receipts,
                                           judged,
                                           ranges,
                                           newest_numbers,
                                           rows,
                                           commits,
                                           referrers,
                                           add_commit,
                                           move_head,
                                           put_rows,
                                           add_images,
                                           drop_edges,
                                           add_edges,
                                           count_rows,
                                           add_receipts,
                                           add_numbers,
                                           add_references,
                                           page_end,
                                           images_between,
                                           receipts_between,
                                           devices_between,
                                           receipt,
                                           row_counts,
                                           rows_at,
                                           some_receipts_between,
                                           any_receipt_between,
                                           note_full_pull,
                                           lock_log,
                                           oldest_full_pull,
                                           commit_at,
                                           move_horizon,
                                           step_end,
                                           drop_tombstones,
                                           drop_images,
                                           note_purged,
                                           note_cursors,
                                           purgeable_device,
                                           purge_end,
                                           purgeable_numbers,
                                           purge_receipts,
                                           touching_ranges,
                                           drop_ranges,
                                           add_ranges,
                                           safe_point,
                                           tenant_by_name,
                                           add_tenant,
                                           add_head,
                                           add_origin,
                                           add_device,
                                           device_count,
                                           remove_device,
                                           drop_full_pull,
                                           begin_anew,
                                           add_token,
                                           token_owner,
                                           valid_tokens,
                                           scopes_of_devices,
                                           revoke_tokens};

}  // namespace slipway::cloud::postgres_query
