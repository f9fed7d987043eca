-- Running it: the turn of the writers, quotas, legal holds, erasures.

-- Whoever writes takes this row first and keeps it to the end of its transaction.
INSERT INTO counter (name, value) VALUES ('turn', 0);

-- What a source sent on a day (UTC), so that a quota costs one row and no count.
CREATE TABLE quota (
    source_tag  BLOB   NOT NULL,
    day         BIGINT NOT NULL,
    submissions BIGINT NOT NULL,
    bytes       BIGINT NOT NULL,
    PRIMARY KEY (source_tag, day)
);

-- What must not be erased, whatever its age: the reason is the hub's own words.
CREATE TABLE legal_hold (
    submission BLOB   NOT NULL PRIMARY KEY REFERENCES submission (id),
    reason     TEXT   NOT NULL,
    at         BIGINT NOT NULL
);

-- Erasures: asked in the transaction that removes the sealed bytes, done when the key is destroyed.
CREATE TABLE erasure (
    submission BLOB   NOT NULL PRIMARY KEY REFERENCES submission (id),
    reason     TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    done_at    BIGINT
);

-- What lists and counts of a year's use look for.
CREATE INDEX submission_own_state ON submission (source_tag, state);
CREATE INDEX item_state_newest ON item (state, changed_at DESC, id);
CREATE INDEX item_release ON item (release_at);
CREATE INDEX item_newest ON item (changed_at DESC, id);

-- What retention looks for.
CREATE INDEX disclosure_at ON disclosure (at);
CREATE INDEX notice_at ON notice (at);
CREATE INDEX submission_age ON submission (received_at, id);

CREATE INDEX status_submission ON status (submission);
