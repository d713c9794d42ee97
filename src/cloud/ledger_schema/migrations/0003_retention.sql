-- What may be forgotten, and what of it is kept.

-- The numbers whose receipts are purged: exact intervals, neither overlapping nor adjacent. Judged
-- once, such a number is never judged again.
CREATE TABLE judged_range (
    tenant INTEGER NOT NULL,
    incarnation TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant, incarnation, first)
) WITHOUT ROWID;

-- The newest commit that the device has asked onwards from: receipts up to it have reached it.
ALTER TABLE device ADD COLUMN cursor_seq INTEGER NOT NULL DEFAULT 0;

-- Copies of this database, and what each contains at least. A copy that holds a row about itself
-- knows it as incomplete.
CREATE TABLE backup (
    id INTEGER NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    at TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE backup_point (
    backup INTEGER NOT NULL,
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    salt TEXT NOT NULL,
    PRIMARY KEY (backup, tenant)
) WITHOUT ROWID;
