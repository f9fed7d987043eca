-- What is not known of disclosures.

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
