-- The numbers that were given to fields which the cloud fills in. Each of them once, for good: the
-- row may be deleted, its number stays given.
CREATE TABLE given_number (
    tenant INTEGER NOT NULL,
    type TEXT NOT NULL,
    field TEXT NOT NULL,
    number INTEGER NOT NULL,
    entity TEXT NOT NULL,
    PRIMARY KEY (tenant, type, field, number)
) WITHOUT ROWID;
