-- TAXII beyond the feed: what is not known of disclosures, and who is told that something is new.

-- One row a run of the program: disclosures are gathered in memory and written within a second. A run that did not end well leaves its
-- row open; the next start turns it into a gap.
CREATE TABLE disclosure_run (
    id         BLOB   NOT NULL PRIMARY KEY,
    written_at BIGINT NOT NULL -- everything served before this is on disk
);

-- A stretch of time in which somebody may have been served something that is written nowhere.
CREATE TABLE disclosure_gap (
    id      BLOB   NOT NULL PRIMARY KEY,
    from_at BIGINT NOT NULL,
    to_at   BIGINT NOT NULL
);

-- Addresses that members gave to be told "collection X has news". `secret` signs each call, sealed with the hub's key.
CREATE TABLE webhook (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    collection   BLOB   NOT NULL,
    url          TEXT   NOT NULL,
    secret       BLOB   NOT NULL,
    told_to      BIGINT NOT NULL, -- the newest `date_added` that was told, microseconds
    failures     BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX webhook_organisation ON webhook (organisation);
