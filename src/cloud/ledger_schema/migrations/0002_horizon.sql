-- What a full pull and a horizon need.

-- States of commits before the horizon can no longer be read, nor differences from them.
ALTER TABLE tenant ADD COLUMN horizon_seq INTEGER NOT NULL DEFAULT 0;
-- Images and tombstones that nobody needs any more are deleted commit by commit, up to the horizon.
ALTER TABLE tenant ADD COLUMN purged_seq INTEGER NOT NULL DEFAULT 0;

-- The newest image of a row up to a commit.
CREATE INDEX row_image_of_row ON row_image (tenant, type, id, seq);

-- Live rows by type, so that a full pull can say how far it is.
CREATE TABLE row_count (
    tenant INTEGER NOT NULL,
    type TEXT NOT NULL,
    live INTEGER NOT NULL,
    PRIMARY KEY (tenant, type)
) WITHOUT ROWID;
INSERT INTO row_count (tenant, type, live)
  SELECT tenant, type, sum(deleted = 0) FROM entity GROUP BY tenant, type;
CREATE TRIGGER entity_appears AFTER INSERT ON entity WHEN NEW.deleted = 0
BEGIN
  INSERT INTO row_count (tenant, type, live) VALUES (NEW.tenant, NEW.type, 1)
    ON CONFLICT (tenant, type) DO UPDATE SET live = live + 1;
END;
CREATE TRIGGER entity_changes AFTER UPDATE OF deleted ON entity WHEN NEW.deleted <> OLD.deleted
BEGIN
  INSERT INTO row_count (tenant, type, live)
    VALUES (NEW.tenant, NEW.type, OLD.deleted - NEW.deleted)
    ON CONFLICT (tenant, type) DO UPDATE SET live = live + excluded.live;
END;

-- The full pulls in progress: a compaction keeps the commit at which one began, for a day.
CREATE TABLE full_pull (
    tenant INTEGER NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    began TEXT NOT NULL,
    PRIMARY KEY (tenant, device)
) WITHOUT ROWID;
