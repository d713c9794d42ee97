-- The ledger in an SQLite file. Everything belongs to a tenant and is found through it.
CREATE TABLE ledger_meta (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
) WITHOUT ROWID;

-- The head is kept here, so that taking the next seq and writing the commit are one transaction.
CREATE TABLE tenant (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    head_seq INTEGER NOT NULL,
    head_salt TEXT NOT NULL,
    origin_salt TEXT NOT NULL
);

CREATE TABLE device (
    tenant INTEGER NOT NULL,
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
) WITHOUT ROWID;

-- Found by hash before the tenant is known.
CREATE TABLE token (
    hash TEXT NOT NULL PRIMARY KEY,
    tenant INTEGER NOT NULL,
    device TEXT NOT NULL,
    created TEXT NOT NULL,
    revoked TEXT
) WITHOUT ROWID;
CREATE INDEX token_of_device ON token (tenant, device);

-- Gap-free from commit 0, whose salt is the cloud's id. Salts are kept for good.
CREATE TABLE commit_log (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    salt TEXT NOT NULL,
    device TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;

-- The state as of the head. seq: the newest image; marks: birth, and who changed each field last.
CREATE TABLE entity (
    tenant INTEGER NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    "values" TEXT NOT NULL,
    seq INTEGER NOT NULL,
    marks TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (tenant, type, id)
);

-- One image per row and commit: the source of the feed, of tombstones and of history.
CREATE TABLE row_image (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    "values" TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq, type, id)
);

-- number is NULL where another id holds the number (rejected as reused).
CREATE TABLE receipt (
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    number INTEGER,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX receipt_of_number ON receipt (tenant, incarnation, number);
CREATE INDEX receipt_of_device ON receipt (tenant, device, seq);

-- The app's foreign keys, as its devices name them. fields: a JSON array.
CREATE TABLE reference (
    tenant INTEGER NOT NULL,
    type TEXT NOT NULL,
    fields TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (tenant, type, fields, target)
) WITHOUT ROWID;

-- Which live row refers to which.
CREATE TABLE edge (
    tenant INTEGER NOT NULL,
    from_type TEXT NOT NULL,
    from_id TEXT NOT NULL,
    to_type TEXT NOT NULL,
    to_id TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (tenant, from_type, from_id, to_type, to_id, fields)
) WITHOUT ROWID;
CREATE INDEX edge_to ON edge (tenant, to_type, to_id);
