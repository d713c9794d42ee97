-- schema.prisma as SQL. Versions come from one sequence, so that a row which is deleted and made again
-- never has a version that somebody remembers.
CREATE SEQUENCE "row_version";

CREATE TABLE "Customer" (
  "id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL,
  "city" TEXT,
  "country" TEXT,
  "version" BIGINT NOT NULL DEFAULT nextval('row_version')
);

CREATE TABLE "ConformanceCheck" (
  "id" TEXT PRIMARY KEY,
  "name" TEXT NOT NULL,
  "note" TEXT,
  "version" BIGINT NOT NULL DEFAULT nextval('row_version')
);

CREATE TABLE "IdempotencyKey" (
  "client" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "requestHash" TEXT NOT NULL,
  "status" INTEGER,
  "etag" TEXT,
  "body" JSON,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("client", "key")
);

CREATE TABLE "RowHistory" (
  "version" BIGINT PRIMARY KEY,
  "entityType" TEXT NOT NULL,
  "entityId" TEXT NOT NULL,
  "values" JSONB,
  "who" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX "RowHistory_entityType_entityId_version_idx"
  ON "RowHistory" ("entityType", "entityId", "version");
