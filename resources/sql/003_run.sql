-- run.db, schema version 3: every completion that an evaluation drew for a held-out problem.

CREATE TABLE evaluation_sample (   -- beside evaluation_problem, whose lists never touch it
    evaluation_id INTEGER NOT NULL REFERENCES evaluation(id),
    position      INTEGER NOT NULL, -- of the problem
    sample        INTEGER NOT NULL, -- from 0
    tokens        INTEGER NOT NULL,
    finish_reason TEXT NOT NULL,    -- stop | length
    correct       INTEGER NOT NULL,
    format_ok     INTEGER NOT NULL,
    verdict       TEXT NOT NULL,    -- correct | wrong | malformed | infra_error | timeout | unjudged
    reason        TEXT NOT NULL,    -- the verifier's code
    extracted     TEXT NOT NULL,    -- the answer as found, '' when none
    text          BLOB,             -- zlib; NULL: sample 0, if its text is the example, or one without room
    PRIMARY KEY (evaluation_id, position, sample)
);
