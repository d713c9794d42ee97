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
