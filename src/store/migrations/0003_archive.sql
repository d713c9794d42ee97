-- Like 0002, beyond Prisma's language and made anew where a tool dropped it. The archive is purged
-- from its oldest receipts on.
CREATE INDEX IF NOT EXISTS "SyncQueue_archive_idx" ON "SyncQueue"("receiptSeq")
  WHERE "status" IN ('SUCCESS', 'DISCARDED');
