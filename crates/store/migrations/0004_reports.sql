-- Incident reports: damage information. No table here refers to a submission or an item, and none of theirs to these. Contents,
-- who reports and who looked are sealed under the incident's key; what stands in the clear is what lists need.

CREATE TABLE incident (
    id           BLOB    NOT NULL PRIMARY KEY,
    code         TEXT    NOT NULL, -- to be read aloud
    owner_tag    BLOB    NOT NULL, -- keyed hash: its organisation finds its own
    owner_sealed BLOB    NOT NULL,
    exercise     BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL, -- the newest
    created_at   BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL
);
CREATE INDEX incident_owner ON incident (owner_tag, changed_at DESC, id);

-- Every saving of the facts. Nothing is overwritten.
CREATE TABLE incident_version (
    incident BLOB   NOT NULL REFERENCES incident (id),
    n        BIGINT NOT NULL,
    sealed   BLOB   NOT NULL, -- JSON of the facts, and who saved them
    at       BIGINT NOT NULL,
    PRIMARY KEY (incident, n)
);

-- An incident told to one addressee under one regime.
CREATE TABLE report (
    id         BLOB   NOT NULL PRIMARY KEY,
    incident   BLOB   NOT NULL REFERENCES incident (id),
    regime     TEXT   NOT NULL,
    addressee  TEXT   NOT NULL,
    office     BLOB   REFERENCES organisation (id), -- NULL: the addressee is not on this hub
    state      TEXT   NOT NULL,
    sent_at    BIGINT, -- the first stage; an office has nothing before it
    events     BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX report_incident ON report (incident, id);
CREATE INDEX report_office ON report (office, sent_at DESC, id);

-- What happened to a report, in order. Only added to; each is a leaf of the log.
CREATE TABLE report_event (
    report   BLOB   NOT NULL REFERENCES report (id),
    n        BIGINT NOT NULL,
    what     TEXT   NOT NULL,
    office   BLOB,            -- whose act; NULL: the reporter's
    sealed   BLOB   NOT NULL, -- JSON of the event, and who
    form     BLOB,            -- sealed JSON of the form that a stage was sent with
    leaf     BLOB   NOT NULL,
    at       BIGINT NOT NULL,
    shown_at BIGINT NOT NULL, -- later than `at` for a look that is lawfully told later
    PRIMARY KEY (report, n)
);

-- Which organisation receives reports under which regime, as which of its addressees, and the hours that it has set.
CREATE TABLE report_seat (
    regime       TEXT NOT NULL,
    addressee    TEXT NOT NULL,
    organisation BLOB NOT NULL REFERENCES organisation (id),
    hours        TEXT NOT NULL, -- JSON: setting to hours
    PRIMARY KEY (regime, addressee, organisation)
);
CREATE INDEX report_seat_organisation ON report_seat (organisation);
