-- The nouns. One text for SQLite and PostgreSQL: BLOB becomes BYTEA there. Identifiers are 16 bytes, times microseconds since
-- 1970 (UTC). No arrays, no database clock, no sequences.

CREATE TABLE organisation (
    id         BLOB   NOT NULL PRIMARY KEY,
    slug       TEXT   NOT NULL UNIQUE,
    name_ja    TEXT   NOT NULL,
    name_en    TEXT   NOT NULL,
    parent     BLOB   REFERENCES organisation (id),
    roles      TEXT   NOT NULL, -- names, space separated
    profile    TEXT   NOT NULL, -- JSON: own names, searched by the gate in memory
    created_at BIGINT NOT NULL,
    left_at    BIGINT
);

CREATE TABLE sector (
    id      BLOB NOT NULL PRIMARY KEY,
    slug    TEXT NOT NULL UNIQUE,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL
);

CREATE TABLE organisation_sector (
    organisation BLOB NOT NULL REFERENCES organisation (id),
    sector       BLOB NOT NULL REFERENCES sector (id),
    PRIMARY KEY (organisation, sector)
);

CREATE TABLE person (
    id            BLOB   NOT NULL PRIMARY KEY,
    login         TEXT   NOT NULL UNIQUE,
    name          TEXT   NOT NULL,
    lang          TEXT   NOT NULL,
    zone          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT
);

-- One person can act for several organisations (an outsourced security centre).
CREATE TABLE person_role (
    person       BLOB NOT NULL REFERENCES person (id),
    organisation BLOB NOT NULL REFERENCES organisation (id),
    role         TEXT NOT NULL,
    PRIMARY KEY (person, organisation, role)
);

CREATE TABLE session (
    token_hash   BLOB   NOT NULL PRIMARY KEY, -- SHA-256 of the cookie
    person       BLOB   NOT NULL REFERENCES person (id),
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    csrf         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE token (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    token_hash   BLOB   NOT NULL UNIQUE, -- SHA-256; the token has 256 random bits
    name         TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT
);

-- What came in. Who sent it is sealed; `source_tag` is a keyed hash, so that the source finds its own.
CREATE TABLE submission (
    id                 BLOB    NOT NULL PRIMARY KEY,
    receipt            TEXT    NOT NULL,
    source_tag         BLOB    NOT NULL,
    source_sealed      BLOB    NOT NULL,
    kind               TEXT    NOT NULL,
    door               TEXT    NOT NULL,
    state              TEXT    NOT NULL,
    exercise           BOOLEAN NOT NULL,
    delay              TEXT    NOT NULL,
    received_at        BIGINT  NOT NULL,
    changed_at         BIGINT  NOT NULL,
    asked_at           BIGINT,
    bytes              BIGINT  NOT NULL,
    item               BLOB,             -- the item that its part went into
    cluster            BLOB,             -- keyed hash of what near-duplicates share
    -- what the quarterly report counts
    verdict            TEXT,
    mail_kind          TEXT,
    attachment_kind    TEXT,
    sender_region      TEXT,
    destination_region TEXT,
    campaign           TEXT
);
CREATE INDEX submission_source ON submission (source_tag, received_at DESC, id);
CREATE INDEX submission_queue ON submission (state, received_at, id);
CREATE INDEX submission_item ON submission (item);
CREATE INDEX submission_cluster ON submission (cluster);

-- What near-duplicates share, as keyed hashes, and the cluster that each leads to.
CREATE TABLE likeness (
    tag     BLOB NOT NULL PRIMARY KEY,
    cluster BLOB NOT NULL
);

-- Sealed bytes of a submission: `raw` as it came, `reading` what was read in it (finds, dropped, problems), `note` its
-- sender's words. The key of the submission is kept outside the data folder; without it these are noise.
CREATE TABLE sealed (
    submission BLOB NOT NULL REFERENCES submission (id),
    part       TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (submission, part)
);

-- Idempotency keys belong to one organisation (its tag), never to the hub: a key used by two tells neither of the other.
CREATE TABLE idempotency (
    source_tag   BLOB   NOT NULL,
    request_key  TEXT   NOT NULL,
    request_hash BLOB   NOT NULL,
    submission   BLOB   NOT NULL REFERENCES submission (id),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (source_tag, request_key)
);

CREATE TABLE audience (
    id         BIGINT NOT NULL PRIMARY KEY,
    key        TEXT   NOT NULL UNIQUE,
    definition TEXT   NOT NULL -- JSON
);

-- Whom an audience reaches now. Recounted in the transaction that changes a membership.
CREATE TABLE audience_member (
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    audience     BIGINT NOT NULL REFERENCES audience (id),
    PRIMARY KEY (organisation, audience)
);
CREATE INDEX audience_member_audience ON audience_member (audience);

-- What leaves. `content` is the de-identified draft or version; it never held a raw byte.
CREATE TABLE item (
    id            BLOB    NOT NULL PRIMARY KEY,
    state         TEXT    NOT NULL,
    exercise      BOOLEAN NOT NULL,
    version       BIGINT  NOT NULL, -- the version being worked on, or the live one
    live_version  BIGINT,
    tlp           TEXT    NOT NULL,
    delay         TEXT    NOT NULL,
    audience      TEXT    NOT NULL, -- JSON of the intended audience
    content       TEXT    NOT NULL, -- JSON of the head version
    ids           TEXT    NOT NULL, -- JSON: random identifiers of its STIX objects
    analyst       BLOB,             -- who edited last; the releaser is another person
    gate          TEXT    NOT NULL, -- JSON: hits that hold it, paths and kinds
    by_machine    BOOLEAN NOT NULL,
    release_at    BIGINT,
    first_slot    BIGINT,           -- `created` of its objects
    released_at   BIGINT,           -- `modified` of its newest version that left
    recalled_at   BIGINT,
    recall_reason TEXT,
    recall_slot   BIGINT,
    created_at    BIGINT  NOT NULL,
    changed_at    BIGINT  NOT NULL
);
CREATE INDEX item_state ON item (state, changed_at, id);

-- Versions that left, as rendered. A leak recall empties `bundle` and the texts.
CREATE TABLE item_version (
    item        BLOB   NOT NULL REFERENCES item (id),
    version     BIGINT NOT NULL,
    audience    BIGINT NOT NULL REFERENCES audience (id),
    tlp         TEXT   NOT NULL,
    content     TEXT   NOT NULL,
    bundle      TEXT   NOT NULL,
    text_ja     TEXT   NOT NULL,
    text_en     TEXT   NOT NULL,
    title_ja    TEXT   NOT NULL,
    title_en    TEXT   NOT NULL,
    released_at BIGINT NOT NULL,
    revoked     BOOLEAN NOT NULL,
    PRIMARY KEY (item, version)
);

-- The inbox: one row an item, its newest version. Read by (audience, at, item): no number in it counts what a reader does
-- not see.
CREATE TABLE inbox (
    item     BLOB   NOT NULL PRIMARY KEY REFERENCES item (id),
    audience BIGINT NOT NULL REFERENCES audience (id),
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX inbox_audience ON inbox (audience, at, item);

-- One source's part of an item, and its consent. Several sources never see each other's.
CREATE TABLE item_source (
    item         BLOB   NOT NULL REFERENCES item (id),
    submission   BLOB   NOT NULL REFERENCES submission (id),
    part         TEXT   NOT NULL, -- JSON: what this source alone supplied
    PRIMARY KEY (item, submission)
);
CREATE INDEX item_source_submission ON item_source (submission);

CREATE TABLE consent (
    id           BLOB   NOT NULL PRIMARY KEY,
    item         BLOB   NOT NULL REFERENCES item (id),
    submission   BLOB   NOT NULL REFERENCES submission (id),
    version      BIGINT NOT NULL,
    decision     TEXT   NOT NULL,
    destinations TEXT   NOT NULL, -- JSON
    delay        TEXT   NOT NULL,
    cuts         TEXT   NOT NULL, -- JSON: keys of what was cut
    content_hash BLOB   NOT NULL, -- what exactly was approved
    person       BLOB,            -- sealed with the source's key when a person decided
    standing     BLOB,            -- sealed with it when a standing consent decided
    at           BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX consent_item ON consent (item, submission);

CREATE TABLE standing_consent (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    terms        TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX standing_organisation ON standing_consent (organisation);

-- Settings that members or the hub decide: the machine-release rule, the least size of a sector.
CREATE TABLE rule (
    name       TEXT   NOT NULL PRIMARY KEY,
    value      TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE collection (
    id           BLOB   NOT NULL PRIMARY KEY,
    purpose      TEXT   NOT NULL, -- all, sector, exercise; an own collection is computed, not stored
    sector       BLOB   REFERENCES sector (id),
    slug         TEXT   NOT NULL
);

-- The feed of STIX objects, in commit order: `seq` counts every row of the hub and never leaves the store, `date_added` is unique
-- and increases with it. Read by (collection, audience, seq): a reader who may see 1 % pays for 1 %.
-- `newer`: 0 when the collection holds no newer version of the object, 1 when it holds one for the same audience, so that nobody
-- who sees this row has it as its last, 2 when it holds one for another audience only. `older` likewise.
CREATE TABLE feed (
    seq          INTEGER NOT NULL PRIMARY KEY,
    date_added   BIGINT  NOT NULL,
    collection   BLOB    NOT NULL REFERENCES collection (id),
    audience     BIGINT  NOT NULL REFERENCES audience (id),
    item         BLOB,
    object_id    TEXT    NOT NULL,
    object_type  TEXT    NOT NULL,
    spec_version TEXT    NOT NULL,
    version      TEXT    NOT NULL, -- modified, created, or date added, as TAXII 2.1 section 3.4.1 says
    version_at   BIGINT  NOT NULL,
    newer        BIGINT  NOT NULL,
    older        BIGINT  NOT NULL,
    bytes        TEXT    NOT NULL
);
CREATE UNIQUE INDEX feed_date ON feed (date_added);
CREATE INDEX feed_last ON feed (collection, audience, seq, newer, object_type) WHERE newer <> 1;
CREATE INDEX feed_every ON feed (collection, audience, seq);
CREATE INDEX feed_object ON feed (collection, object_id, version_at);
CREATE INDEX feed_item ON feed (item);

-- Where each (collection, audience) ends: a poll that finds nothing new reads only this.
CREATE TABLE feed_head (
    collection BLOB   NOT NULL REFERENCES collection (id),
    audience   BIGINT NOT NULL REFERENCES audience (id),
    objects    BIGINT NOT NULL, -- rows ever added
    last_added BIGINT NOT NULL,
    PRIMARY KEY (collection, audience)
);

-- What an organisation posted by TAXII, as it reads it back: blocks of an envelope's objects, sealed under the key of its
-- submission. Neither the organisation nor an object's id stands here in clear: `owner` is a keyed hash, `tags` holds one keyed
-- hash and one version an object. The objects of a block have consecutive `date_added`, from `first_added` on.
CREATE TABLE own_block (
    owner       BLOB   NOT NULL,
    last_added  BIGINT NOT NULL,
    first_added BIGINT NOT NULL,
    submission  BLOB   NOT NULL REFERENCES submission (id),
    tags        BLOB   NOT NULL,
    sealed      BLOB   NOT NULL,
    PRIMARY KEY (owner, last_added)
);
CREATE INDEX own_block_submission ON own_block (submission);

-- What later changed about single posted objects: a newer or older version came, or the owner hid it (a sum of 1, 2, 4).
CREATE TABLE own_mark (
    owner      BLOB   NOT NULL,
    date_added BIGINT NOT NULL,
    marks      BIGINT NOT NULL,
    PRIMARY KEY (owner, date_added)
);

CREATE TABLE status (
    id           BLOB   NOT NULL PRIMARY KEY,
    source_tag   BLOB   NOT NULL,
    submission   BLOB   NOT NULL REFERENCES submission (id),
    sealed       BLOB   NOT NULL, -- JSON of the outcome
    created_at   BIGINT NOT NULL
);

-- Damage information: read only through the band job and by hub staff, each look a leaf.
CREATE TABLE answer (
    item         BLOB   NOT NULL REFERENCES item (id),
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    progress     TEXT   NOT NULL,
    machines     BIGINT,
    version      BIGINT NOT NULL,
    recall_confirmed_at BIGINT,
    at           BIGINT NOT NULL,
    PRIMARY KEY (item, organisation)
);

CREATE TABLE band (
    item       BLOB   NOT NULL REFERENCES item (id),
    submission BLOB   NOT NULL REFERENCES submission (id),
    seen       TEXT   NOT NULL,
    not_seen   TEXT   NOT NULL,
    day        BIGINT NOT NULL,
    PRIMARY KEY (item, submission)
);

-- Threads that the hub relays. `asker` is a keyed tag: a recipient finds its own thread, nobody else's.
CREATE TABLE question (
    id        BLOB   NOT NULL PRIMARY KEY,
    about     TEXT   NOT NULL,
    subject   BLOB   NOT NULL, -- the item's or submission's id
    asker     BLOB   NOT NULL,
    asker_sealed BLOB NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX question_subject ON question (subject, asker);
CREATE TABLE question_line (
    question BLOB   NOT NULL REFERENCES question (id),
    n        BIGINT NOT NULL,
    voice    TEXT   NOT NULL,
    relayed  BOOLEAN NOT NULL, -- the hub let it pass to the other side
    bytes    BLOB   NOT NULL,  -- sealed
    at       BIGINT NOT NULL,
    PRIMARY KEY (question, n)
);

-- Who was served what, when. Readable by the hub alone.
CREATE TABLE disclosure (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    person       BLOB,
    channel      TEXT   NOT NULL,
    collection   BLOB,
    item         BLOB,
    first_added  BIGINT,
    last_added   BIGINT,
    objects      BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX disclosure_item ON disclosure (item);
CREATE INDEX disclosure_organisation ON disclosure (organisation, at);

-- A row names nobody: who asked for its consent is a source.
CREATE TABLE notice (
    id      BLOB   NOT NULL PRIMARY KEY,
    reader  BLOB   NOT NULL, -- keyed hash of the organisation, another for what it gets as a source than as a recipient
    about   BLOB,            -- keyed hash of the submission or report
    sealed  BLOB   NOT NULL, -- what it is about
    kind    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notice_reader ON notice (reader, at DESC, id);
CREATE INDEX notice_about ON notice (about);

-- Deferred work. Rows hold ids only.
CREATE TABLE job (
    id          BLOB   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    subject     BLOB,
    number      BIGINT,
    run_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    lease_until BIGINT,
    lease       BLOB,
    done_at     BIGINT,
    failed_at   BIGINT,
    error_class TEXT
);
CREATE INDEX job_due ON job (done_at, failed_at, run_at);

-- Commitments, to be sequenced by the log: SHA-256 of a nonce and the entry. Both stand sealed in `opening`.
CREATE TABLE leaf (
    id         BLOB   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    opening    BLOB   NOT NULL,
    commitment BLOB   NOT NULL,
    at         BIGINT NOT NULL,
    seq        BIGINT
);
CREATE INDEX leaf_seq ON leaf (seq, at);

-- Values that look made for one victim, as keyed hashes: how many independent organisations have them.
CREATE TABLE rarity (
    value_tag BLOB   NOT NULL,
    group_tag BLOB   NOT NULL,
    day       BIGINT NOT NULL,
    PRIMARY KEY (value_tag, group_tag)
);

-- One row a name: numbers that must never go back, given inside the transaction that uses them.
CREATE TABLE counter (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
