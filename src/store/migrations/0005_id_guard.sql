CREATE TRIGGER "SyncIdMap_is_written_once" BEFORE UPDATE ON "SyncIdMap"
BEGIN
  SELECT RAISE(ABORT, 'SyncIdMap: an id is written once');
END;
