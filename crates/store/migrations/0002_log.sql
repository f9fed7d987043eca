-- The log's order. `leaf` rows wait with `seq` NULL; the sequencer gives them places in the transaction that grows
-- `log_state`. `log_bundle` holds every leaf in order, dummies too, 256 a row, so that any node can write the tile files.

ALTER TABLE leaf ADD COLUMN subject BLOB;                       -- the submission, item or report that it is about
ALTER TABLE leaf ADD COLUMN urgency BIGINT NOT NULL DEFAULT 1;  -- 0 goes first
ALTER TABLE leaf ADD COLUMN epoch BIGINT;
-- What was written before there was an order goes before all else.
UPDATE leaf SET urgency = 0;
DROP INDEX leaf_seq;
CREATE INDEX leaf_pending ON leaf (urgency, at, id) WHERE seq IS NULL;
CREATE UNIQUE INDEX leaf_place ON leaf (epoch, seq);
CREATE INDEX leaf_subject ON leaf (subject, at);

-- One row. Its lock is the turn of a node; the condition on `size` is what makes a place unique.
CREATE TABLE log_state (
    one        BIGINT NOT NULL PRIMARY KEY,
    epoch      BIGINT NOT NULL,
    size       BIGINT NOT NULL,
    root       BLOB,            -- NULL while the epoch is empty
    next_beat  BIGINT NOT NULL,
    holder     BLOB,
    held_until BIGINT NOT NULL
);
INSERT INTO log_state (one, epoch, size, next_beat, held_until) VALUES (1, 1, 0, 0, 0);

CREATE TABLE log_bundle (
    epoch  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    leaves BLOB   NOT NULL, -- 32 bytes each, at most 256
    PRIMARY KEY (epoch, n)
);

-- Checkpoints that receipts need, and the newest; those that covered only dummies are dropped but for one a day.
CREATE TABLE log_checkpoint (
    epoch BIGINT  NOT NULL,
    size  BIGINT  NOT NULL,
    note  TEXT    NOT NULL,
    stamp BLOB,             -- an RFC 3161 token over the note's text
    kept  BOOLEAN NOT NULL,
    at    BIGINT  NOT NULL,
    PRIMARY KEY (epoch, size)
);

-- Which leaf vouches for a row of the disclosure log; NULL until the next beat.
ALTER TABLE disclosure ADD COLUMN leaf BLOB;
CREATE INDEX disclosure_open ON disclosure (at, id) WHERE leaf IS NULL;
CREATE INDEX disclosure_leaf ON disclosure (leaf);
