-- When somebody who runs the cloud removed the device; NULL: never. The row stays: a token of an
-- identity provider that still names the device must not make it anew, and what it held must stay
-- known until then.
ALTER TABLE device ADD COLUMN removed TEXT COLLATE "C";
