-- Which rows a device holds (model/row_scope.h, JSON; "": everything), and the commit that said so: what
-- it absorbed before that commit may be of another scope.
ALTER TABLE device ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN scope_seq INTEGER NOT NULL DEFAULT 0;
