-- run.db, schema version 1. One writer (the engine); everyone else opens it read-only.
-- Times are seconds since the Unix epoch (REAL, UTC). Durations come from a monotonic clock.
-- Room for what follows: a run is a sequence of stages (cold start, RL, rejection sampling, …), every prompt has a
-- source (provenance), every checkpoint belongs to a stage.

CREATE TABLE run_info (            -- run_id, name, created_at, engine_version, host, …
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE stage (
    id                INTEGER PRIMARY KEY,
    position          INTEGER NOT NULL,          -- order within the run, from 0
    kind              TEXT NOT NULL,             -- grpo | sft | distill | rejection | …
    name              TEXT NOT NULL,
    config_json       TEXT NOT NULL,             -- full resolved configuration of the stage
    started_at        REAL NOT NULL,
    ended_at          REAL,
    parent_checkpoint INTEGER REFERENCES checkpoint(id)
);

CREATE TABLE source (              -- where prompts or training rows come from
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,         -- generated | file | run (distilled from another run)
    locator TEXT NOT NULL,         -- task and seed, path, or run id and step
    sha256  TEXT,
    licence TEXT,
    note    TEXT
);

CREATE TABLE step (                -- one row per committed step; its presence means the whole step is there
    step         INTEGER PRIMARY KEY,  -- 0 is the state before any training
    stage_id     INTEGER NOT NULL REFERENCES stage(id),
    committed_at REAL NOT NULL,
    digest       TEXT NOT NULL     -- SHA-256 of the step's reproducible content, checked when a step is recomputed
);

CREATE TABLE metric_name (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE metric (
    name_id INTEGER NOT NULL REFERENCES metric_name(id),
    step    INTEGER NOT NULL,
    value   REAL,                  -- NULL = not a number
    PRIMARY KEY (name_id, step)
) WITHOUT ROWID;

CREATE TABLE prompt (
    id        INTEGER PRIMARY KEY,
    text      TEXT NOT NULL UNIQUE,
    task      TEXT NOT NULL,
    item_json TEXT NOT NULL,       -- the task's own fields, e.g. {"numbers":[…],"target":…}
    source_id INTEGER REFERENCES source(id)
);

CREATE TABLE completion_group (
    id            INTEGER PRIMARY KEY,
    step          INTEGER NOT NULL,
    position      INTEGER NOT NULL,  -- within the step, from 0
    prompt_id     INTEGER NOT NULL REFERENCES prompt(id),
    reward_mean   REAL NOT NULL,
    reward_std    REAL NOT NULL,
    zero_variance INTEGER NOT NULL,
    UNIQUE (step, position)
);

CREATE TABLE completion (
    id             INTEGER PRIMARY KEY,
    group_id       INTEGER NOT NULL REFERENCES completion_group(id),
    step           INTEGER NOT NULL,
    position       INTEGER NOT NULL,   -- within the group, from 0
    tokens         INTEGER NOT NULL,
    finish_reason  TEXT NOT NULL,      -- stop | length
    reward         REAL,               -- NULL = not scorable
    advantage      REAL NOT NULL,
    correct        INTEGER NOT NULL,
    format_ok      INTEGER NOT NULL,
    verdict        TEXT NOT NULL,      -- correct | wrong | malformed | infra_error | timeout | unjudged
    reason         TEXT NOT NULL,      -- the verifier's code, e.g. wrong_value
    extracted      TEXT NOT NULL,      -- the answer as found, '' when none
    parts_json     TEXT NOT NULL,      -- {"accuracy":1.0,"format":1.0,"language":0.9}
    reflections    INTEGER NOT NULL,   -- reflection words
    mixes_language INTEGER NOT NULL,
    language_share REAL NOT NULL,      -- share of words in the target language
    UNIQUE (group_id, position)
);
CREATE INDEX completion_by_step ON completion(step);

CREATE TABLE completion_text (     -- apart from `completion`, so that lists never touch big rows
    completion_id INTEGER PRIMARY KEY REFERENCES completion(id),
    text          TEXT NOT NULL,
    token_ids     BLOB NOT NULL    -- little-endian int32
);

CREATE TABLE token_detail (        -- for a share of the groups only
    completion_id INTEGER PRIMARY KEY REFERENCES completion(id),
    token_ends    BLOB NOT NULL,   -- little-endian int32: end of each token in the UTF-8 text, exclusive
    logprob       BLOB NOT NULL,   -- little-endian float32 per token
    entropy       BLOB NOT NULL    -- little-endian float32 per token, nats
);

CREATE TABLE evaluation (
    id           INTEGER PRIMARY KEY,
    stage_id     INTEGER NOT NULL REFERENCES stage(id),
    step         INTEGER NOT NULL,
    task         TEXT NOT NULL,
    problems     INTEGER NOT NULL,
    samples      INTEGER NOT NULL, -- per problem
    pass1        REAL NOT NULL,
    pass1_low    REAL NOT NULL,    -- 95 % interval
    pass1_high   REAL NOT NULL,
    cons         REAL,             -- cons@samples, NULL for one sample
    pass_k_json  TEXT NOT NULL,    -- {"1":…,"2":…,…}
    metrics_json TEXT NOT NULL,    -- mean length, reflections, the task's own
    created_at   REAL NOT NULL,
    digest       TEXT NOT NULL,
    UNIQUE (step, task, stage_id)
);

CREATE TABLE evaluation_problem (
    evaluation_id INTEGER NOT NULL REFERENCES evaluation(id),
    position      INTEGER NOT NULL,
    prompt_id     INTEGER NOT NULL REFERENCES prompt(id),
    correct       INTEGER NOT NULL,     -- of `samples`
    majority      INTEGER NOT NULL,     -- 1 when the most frequent answer is right
    example       TEXT NOT NULL,        -- the first sample's text
    PRIMARY KEY (evaluation_id, position)
) WITHOUT ROWID;

CREATE TABLE checkpoint (
    id         INTEGER PRIMARY KEY,
    stage_id   INTEGER NOT NULL REFERENCES stage(id),
    step       INTEGER NOT NULL,
    path       TEXT NOT NULL,          -- relative to the run directory
    bytes      INTEGER NOT NULL,
    sha256     TEXT NOT NULL,          -- of its manifest
    created_at REAL NOT NULL,
    removed    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (stage_id, step)
);

CREATE TABLE marker (                  -- what a person or the engine did at a step; knob changes are replayed from here
    id         INTEGER PRIMARY KEY,
    step       INTEGER NOT NULL,       -- takes effect before the step after this one
    kind       TEXT NOT NULL,          -- set | pause | resume | stop | checkpoint | start | interrupted | finished | failed
    text       TEXT NOT NULL,
    data_json  TEXT NOT NULL,
    created_at REAL NOT NULL
);

CREATE TABLE log (
    id         INTEGER PRIMARY KEY,
    created_at REAL NOT NULL,
    level      TEXT NOT NULL,          -- info | warning | error
    message    TEXT NOT NULL
);

CREATE INDEX completion_by_reward ON completion(reward);
CREATE INDEX completion_by_tokens ON completion(tokens);
