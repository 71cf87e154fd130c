-- workspace.db, schema version 1: what the window remembers for a person. Written by the workbench alone. Nothing of a
-- run is in it: deleting the file loses names, tags, notes, saved filters and the layout, and no result.

CREATE TABLE run_label (           -- what a person calls a run and says about it
    run_id     TEXT PRIMARY KEY,   -- run_info.run_id of run.db, so that a moved folder keeps its label
    name       TEXT NOT NULL,      -- '' = the run's own name
    tags       TEXT NOT NULL,      -- words with single spaces between them
    note       TEXT NOT NULL,
    changed_at REAL NOT NULL       -- seconds since the Unix epoch
) WITHOUT ROWID;

CREATE TABLE saved_filter (        -- of the run table
    name   TEXT PRIMARY KEY,
    filter TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE setting (             -- layout, chosen columns, open runs, theme
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
