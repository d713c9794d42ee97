-- Receipts are the table that is written by each push and from which old rows go for good. It is kept
-- in parts by the tenant: what vacuum goes through, and what may be locked or rebuilt at once, is a
-- sixteenth. A statement names its tenant, and so is at work in one part. Not in parts by time: a
-- receipt is forgotten when it is old and has reached its device, so hardly ever a whole part of
-- those could go, and an id must be unique over all of them.
--
-- Copies them; nobody pushes meanwhile.
ALTER TABLE receipt RENAME TO receipt_whole;

CREATE TABLE receipt (
    tenant BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    incarnation TEXT COLLATE "C" NOT NULL,
    number BIGINT,
    device TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    place BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL
) PARTITION BY HASH (tenant);
CREATE TABLE receipt_0 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 0)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_1 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 1)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_2 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 2)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_3 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 3)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_4 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 4)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_5 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 5)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_6 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 6)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_7 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 7)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_8 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 8)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_9 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 9)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_10 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 10)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_11 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 11)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_12 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 12)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_13 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 13)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_14 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 14)
    WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE TABLE receipt_15 PARTITION OF receipt FOR VALUES WITH (MODULUS 16, REMAINDER 15)
    WITH (autovacuum_vacuum_scale_factor = 0.02);

-- The migration works for no tenant, and yet reads the rows of all: it owns the table.
ALTER TABLE receipt_whole NO FORCE ROW LEVEL SECURITY;
INSERT INTO receipt (tenant, id, incarnation, number, device, seq, place, verdict, body)
    SELECT tenant, id, incarnation, number, device, seq, place, verdict, body FROM receipt_whole;
DROP TABLE receipt_whole;

ALTER TABLE receipt ADD PRIMARY KEY (tenant, id);
CREATE UNIQUE INDEX receipt_of_number ON receipt (tenant, incarnation, number);
CREATE INDEX receipt_of_device ON receipt (tenant, device, seq, place);

-- Asked for by the table's name, whose policy counts; a part by its own name is seen by nobody.
ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON receipt
    USING (tenant = nullif(current_setting('slipway.tenant', true), '')::bigint);
ALTER TABLE receipt_0 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_2 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_3 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_4 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_5 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_6 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_7 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_8 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_9 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_10 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_11 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_12 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_13 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_14 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE receipt_15 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
