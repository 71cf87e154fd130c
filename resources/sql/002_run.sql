-- run.db, schema version 2: what a step's training did with its completions.

CREATE TABLE completion_update (   -- of steps that updated a policy with ratios
    completion_id INTEGER PRIMARY KEY REFERENCES completion(id),
    tokens        INTEGER NOT NULL, -- tokens of the updates it was part of, each update counted; 0 = left out, no gradient
    ratio         REAL,             -- mean importance ratio over those tokens, at the level of the loss; NULL = left out
    clipped       REAL              -- share of them whose clip cut the gradient; NULL = left out, or a loss without a clip
);

CREATE TABLE token_reward (        -- beside token_detail, where a model judged tokens or steps
    completion_id INTEGER PRIMARY KEY REFERENCES completion(id),
    kind          TEXT NOT NULL,   -- prime: beta times a log-ratio, in nats | process: p(good) of the token's step
    reward        BLOB NOT NULL    -- little-endian float32 per token; NaN = not judged
);
