-- workspace.db, schema version 3: a note may be pinned to words of a held-out answer, and words are found again where
-- they stand several times. A new kind of note is `answer`: words in what a checkpoint answered to a held-out problem;
-- target is evaluation.id, position the problem of the evaluation, quote the words.

ALTER TABLE note ADD COLUMN sample INTEGER NOT NULL DEFAULT 0;       -- answer: of the problem, from 0
ALTER TABLE note ADD COLUMN quote_begin INTEGER NOT NULL DEFAULT -1; -- span, answer: where the words begin in the text as it is shown, in UTF-16 units; -1: not known
