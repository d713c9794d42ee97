-- The heads leave `tenant`, which is looked up by name and by token before the tenant is known, for
-- a table with the tenant as its key: where the database is spread over several servers, a push
-- then writes on one of them only.
--
-- Nobody pushes, or makes a tenant, between the copy and the end of the old columns: a change of
-- the table waits for whoever is at work on it, and keeps everybody else out. (Not LOCK TABLE, which
-- other servers lack. Nor locks on rows: pushes that wait for those would hold the table against its
-- change.) Nodes of an older version do not find the columns from then on: they can no longer push,
-- and say that they are not ready.
ALTER TABLE tenant RENAME COLUMN head_seq TO moved_seq;

-- Who pushes locks this row, so that the tenant's commits have an order without gaps. It is the only
-- lock that pushes of one tenant take from each other. Room for a new head in the same page, beside
-- the old one.
CREATE TABLE head (
    tenant BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    salt TEXT NOT NULL,
    origin_salt TEXT NOT NULL,
    -- States of commits before the horizon can no longer be read, nor differences from them.
    horizon_seq BIGINT NOT NULL DEFAULT 0,
    -- Images and tombstones that nobody needs any more are deleted, commit by commit, up to here.
    purged_seq BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

INSERT INTO head (tenant, seq, salt, origin_salt, horizon_seq, purged_seq)
    SELECT id, moved_seq, head_salt, origin_salt, horizon_seq, purged_seq FROM tenant;

ALTER TABLE tenant
    DROP COLUMN moved_seq,
    DROP COLUMN head_salt,
    DROP COLUMN origin_salt,
    DROP COLUMN horizon_seq,
    DROP COLUMN purged_seq;
ALTER TABLE tenant RESET (fillfactor);

ALTER TABLE head ENABLE ROW LEVEL SECURITY;
ALTER TABLE head FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON head
    USING (tenant = nullif(current_setting('slipway.tenant', true), '')::bigint);
-- Who tells listeners of commits, counts commits or notes a backup reads the heads of all, and says
-- so; nobody writes or locks another's.
CREATE POLICY all_heads ON head FOR SELECT
    USING (current_setting('slipway.heads', true) = 'all');
