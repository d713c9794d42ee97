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
