-- workspace.db, schema version 2: notes that are pinned to something of a run.

CREATE TABLE note (
    id         INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,      -- '' (pinned to nothing) | run | step | evaluation | group | completion | span | problem
    folder     TEXT NOT NULL,      -- of the run, '' for none
    run_id     TEXT NOT NULL,      -- finds the run again when its folder was moved
    step       INTEGER NOT NULL,   -- -1 for none
    target     INTEGER NOT NULL,   -- completion.id, group.id or evaluation.id of run.db; 0 for none
    position   INTEGER NOT NULL,   -- problem: of the evaluation; group: of the step
    quote      TEXT NOT NULL,      -- span: the words; else the prompt or the run's name, so that a note can be read alone
    text       TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL
);
