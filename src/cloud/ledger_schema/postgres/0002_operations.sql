-- What those who run the cloud want to know and say.

-- When a token ends by itself; NULL: never.
ALTER TABLE token ADD COLUMN expires TEXT COLLATE "C";
-- When the device was last heard of, by the cloud's clock, to the minute.
ALTER TABLE device ADD COLUMN seen TEXT COLLATE "C";
