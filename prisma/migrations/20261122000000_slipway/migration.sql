-- Slipway's tables as it makes them itself, for apps that use `prisma migrate`. Where Slipway has
-- already run: prisma migrate resolve --applied 20261122000000_slipway
-- Slipway's tables in the app's own file, in Prisma's naming, DDL as Prisma writes it. The first
-- ten columns of SyncQueue are the app's own older queue where it has one; queue columns after
-- them are nullable, so that such a table is extended by ALTER TABLE to the same shape.
CREATE TABLE IF NOT EXISTS "SyncQueue" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "entityType" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'PENDING',
    "errorMessage" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL
);
ALTER TABLE "SyncQueue" ADD COLUMN "clientRequestId" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "incarnation" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "number" INTEGER;
ALTER TABLE "SyncQueue" ADD COLUMN "nonce" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "op" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "base" JSONB;
ALTER TABLE "SyncQueue" ADD COLUMN "baseVersions" JSONB;
ALTER TABLE "SyncQueue" ADD COLUMN "dependsOn" JSONB;
ALTER TABLE "SyncQueue" ADD COLUMN "groupId" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "groupSize" INTEGER;
ALTER TABLE "SyncQueue" ADD COLUMN "lanePosition" INTEGER;
ALTER TABLE "SyncQueue" ADD COLUMN "supersedes" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "rootId" TEXT;
ALTER TABLE "SyncQueue" ADD COLUMN "sentAt" DATETIME;
ALTER TABLE "SyncQueue" ADD COLUMN "nextAttemptAt" DATETIME;
ALTER TABLE "SyncQueue" ADD COLUMN "receipt" JSONB;
ALTER TABLE "SyncQueue" ADD COLUMN "receiptSeq" INTEGER;
ALTER TABLE "SyncQueue" ADD COLUMN "conflict" JSONB;
ALTER TABLE "SyncQueue" ADD COLUMN "voidState" TEXT;

CREATE UNIQUE INDEX "SyncQueue_clientRequestId_key" ON "SyncQueue"("clientRequestId");
CREATE INDEX "SyncQueue_groupId_idx" ON "SyncQueue"("groupId");
CREATE INDEX "SyncQueue_rootId_idx" ON "SyncQueue"("rootId");
CREATE INDEX "SyncQueue_entityType_entityId_lanePosition_idx" ON "SyncQueue"("entityType", "entityId", "lanePosition");
CREATE INDEX "SyncQueue_status_lanePosition_idx" ON "SyncQueue"("status", "lanePosition");
CREATE INDEX "SyncQueue_voidState_idx" ON "SyncQueue"("voidState");

-- The audit: one row for each send of an entry, append-only.
CREATE TABLE "SyncAttempt" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "entryId" INTEGER NOT NULL,
    "exchangeId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "detail" TEXT,
    "sentAt" DATETIME NOT NULL,
    "endedAt" DATETIME NOT NULL
);
CREATE INDEX "SyncAttempt_entryId_idx" ON "SyncAttempt"("entryId");

-- The last cloud state of each entity that this device has absorbed.
-- state SAME: the cloud's values are the app row's (no open entry), "values" is NULL.
-- state ROW: the cloud's values are in "values". state ABSENT: no such row at the cloud;
-- "values" has a tombstone's last values where there was one.
-- seq and salt NULL: the cloud has never told us of this row.
CREATE TABLE "SyncShadow" (
    "entityType" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "seq" INTEGER,
    "salt" TEXT,
    "state" TEXT NOT NULL,
    "values" JSONB,
    "quarantine" TEXT,

    PRIMARY KEY ("entityType", "entityId")
);

-- Ids that the cloud assigned; written once, old ids keep resolving.
CREATE TABLE "SyncIdMap" (
    "entityType" TEXT NOT NULL,
    "localId" TEXT NOT NULL,
    "cloudId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,

    PRIMARY KEY ("entityType", "localId")
);
CREATE UNIQUE INDEX "SyncIdMap_entityType_cloudId_key" ON "SyncIdMap"("entityType", "cloudId");

-- A full pull in progress.
CREATE TABLE "SyncStage" (
    "entityType" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "salt" TEXT NOT NULL,
    "values" JSONB,

    PRIMARY KEY ("entityType", "entityId")
);

-- Rows that a restored cloud no longer has; listed for the user, never offered automatically.
CREATE TABLE "SyncLost" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "entityType" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "salt" TEXT NOT NULL,
    "values" JSONB,
    "generation" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- The first answer to an enqueue that carried an Idempotency-Key.
CREATE TABLE "SyncIdempotency" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "bodyHash" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- cursor, cloud id, last successful sync, device, incarnation, generation, settings.
CREATE TABLE "sync_meta" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
);

-- What Prisma's language cannot say and its tools leave alone: partial indexes and triggers. All of
-- it can be made anew: a tool that rebuilds a table drops what hangs on it.

-- Settled entries grow without end; what is open or owed stays small.
CREATE INDEX IF NOT EXISTS "SyncQueue_open_lane_idx" ON "SyncQueue"("entityType", "entityId", "lanePosition")
  WHERE "status" IN ('PENDING','PROCESSING','CONFLICT','ERROR','DISCARDING');
CREATE INDEX IF NOT EXISTS "SyncQueue_owed_void_idx" ON "SyncQueue"("entityType", "entityId", "lanePosition")
  WHERE "voidState" = 'owed';
CREATE INDEX IF NOT EXISTS "SyncShadow_quarantine_idx" ON "SyncShadow"("entityType", "entityId")
  WHERE "quarantine" IS NOT NULL;

-- The published table of status edges, enforced by the database itself, so that any observer can
-- rely on it. PENDING may be discarded at once only if it was never sent.
CREATE TRIGGER "SyncQueue_status_edges" BEFORE UPDATE OF "status" ON "SyncQueue"
WHEN OLD."clientRequestId" IS NOT NULL AND OLD."status" <> NEW."status" AND NOT (
     (OLD."status" = 'PENDING' AND (NEW."status" IN ('PROCESSING', 'SUCCESS', 'CONFLICT', 'ERROR', 'DISCARDING')
                                    OR (NEW."status" = 'DISCARDED' AND OLD."sentAt" IS NULL)))
  OR (OLD."status" = 'PROCESSING' AND NEW."status" IN ('PENDING', 'SUCCESS', 'CONFLICT', 'ERROR', 'DISCARDING'))
  OR (OLD."status" IN ('CONFLICT', 'ERROR') AND NEW."status" IN ('DISCARDED', 'SUCCESS', 'PENDING'))
  OR (OLD."status" = 'DISCARDING' AND NEW."status" IN ('DISCARDED', 'SUCCESS', 'ERROR'))
  OR (OLD."status" = 'SUCCESS' AND NEW."status" = 'PENDING'))
BEGIN
  SELECT RAISE(ABORT, 'SyncQueue: this change of status is not allowed');
END;

CREATE TRIGGER "SyncQueue_first_status" BEFORE INSERT ON "SyncQueue"
WHEN NEW."clientRequestId" IS NOT NULL AND NEW."status" <> 'PENDING'
BEGIN
  SELECT RAISE(ABORT, 'SyncQueue: a new entry is PENDING');
END;

-- A body is fixed at capture. Rows without an id are an older queue's, which is adopted at start.
CREATE TRIGGER "SyncQueue_body_is_fixed" BEFORE UPDATE OF "id", "entityType", "entityId", "action", "payload",
  "clientRequestId", "incarnation", "number", "nonce", "op", "base", "baseVersions", "dependsOn", "groupId",
  "groupSize", "lanePosition", "supersedes", "rootId", "createdAt" ON "SyncQueue"
WHEN OLD."clientRequestId" IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'SyncQueue: the body of an entry never changes');
END;

CREATE TRIGGER "SyncQueue_open_stays" BEFORE DELETE ON "SyncQueue"
WHEN OLD."status" NOT IN ('SUCCESS', 'DISCARDED') OR OLD."voidState" = 'owed'
BEGIN
  SELECT RAISE(ABORT, 'SyncQueue: an open entry is never deleted');
END;

CREATE TRIGGER "SyncAttempt_is_append_only" BEFORE UPDATE ON "SyncAttempt"
BEGIN
  SELECT RAISE(ABORT, 'SyncAttempt: the audit is append-only');
END;

-- Like 0002, beyond Prisma's language and made anew where a tool dropped it. The archive is purged
-- from its oldest receipts on.
CREATE INDEX IF NOT EXISTS "SyncQueue_archive_idx" ON "SyncQueue"("receiptSeq")
  WHERE "status" IN ('SUCCESS', 'DISCARDED');

-- Ids that a target gave to rows made here. "cloudId" is JSON, as the target wrote it: 17 and "17" are
-- two ids. Append-only: a row that was deleted and made again has a line for each of its lives, the
-- newest counts, and the old ones keep resolving. Nothing was ever written to the table's first form.
DROP TABLE "SyncIdMap";
CREATE TABLE "SyncIdMap" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "entityType" TEXT NOT NULL,
    "localId" TEXT NOT NULL,
    "cloudId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);
CREATE INDEX "SyncIdMap_entityType_localId_idx" ON "SyncIdMap"("entityType", "localId");
CREATE UNIQUE INDEX "SyncIdMap_entityType_cloudId_key" ON "SyncIdMap"("entityType", "cloudId");

CREATE TRIGGER "SyncIdMap_is_written_once" BEFORE UPDATE ON "SyncIdMap"
BEGIN
  SELECT RAISE(ABORT, 'SyncIdMap: an id is written once');
END;

INSERT INTO "sync_meta" ("key", "value") VALUES ('schema', '5');
