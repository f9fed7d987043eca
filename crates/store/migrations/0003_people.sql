-- People: how they come, prove who they are, stand in for each other, hand over and leave; how they are reached; what is sealed
-- before anybody sees it. Same rules as the first migration.

ALTER TABLE organisation ADD COLUMN agreement TEXT;                   -- version of the members' agreement that it signed
ALTER TABLE organisation ADD COLUMN agreed_at BIGINT;
ALTER TABLE organisation ADD COLUMN intake BIGINT NOT NULL DEFAULT 0; -- generation of its intake address: another number, another address

ALTER TABLE person ADD COLUMN address TEXT;                           -- where notices go
ALTER TABLE person ADD COLUMN phone TEXT;
ALTER TABLE person ADD COLUMN notify TEXT NOT NULL DEFAULT 'off';     -- off, at-once, digest
ALTER TABLE person ADD COLUMN unreachable_at BIGINT;                  -- since when its address refuses mail
ALTER TABLE person ADD COLUMN digest_at BIGINT;                       -- when the last digest went out
ALTER TABLE person ADD COLUMN totp BLOB;                              -- sealed secret in force
ALTER TABLE person ADD COLUMN totp_pending BLOB;                      -- sealed secret that waits for its first code
ALTER TABLE person ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;    -- the last step used: a code counts once

ALTER TABLE token ADD COLUMN made_by BLOB; -- it ends when this person leaves

-- When somebody last acted for an organisation: each sees its own, whatever else the person does.
CREATE TABLE signed_in (
    person       BLOB   NOT NULL REFERENCES person (id),
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    at           BIGINT NOT NULL,
    PRIMARY KEY (person, organisation)
);
CREATE INDEX signed_in_organisation ON signed_in (organisation);

-- Codes on paper for whoever loses the telephone. Each counts once.
CREATE TABLE recovery_code (
    person    BLOB   NOT NULL REFERENCES person (id),
    code_hash BLOB   NOT NULL, -- keyed hash
    used_at   BIGINT,
    PRIMARY KEY (person, code_hash)
);

-- One-time links. Only the SHA-256 of the link's secret is kept.
CREATE TABLE invitation (
    id           BLOB   NOT NULL PRIMARY KEY,
    token_hash   BLOB   NOT NULL UNIQUE,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    roles        TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    address      TEXT,
    person       BLOB   REFERENCES person (id), -- a new password for somebody who is here
    made_by      BLOB,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    ended_at     BIGINT
);
CREATE INDEX invitation_organisation ON invitation (organisation, created_at);

-- What needs two people of the hub: hub roles, and the first or a new administrator of an organisation.
CREATE TABLE admission (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    roles        TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    address      TEXT,
    reason       TEXT   NOT NULL,
    asked_by     BLOB   NOT NULL REFERENCES person (id),
    asked_at     BIGINT NOT NULL,
    decided_by   BLOB   REFERENCES person (id),
    decided_at   BIGINT,
    agreed       BOOLEAN
);

-- A deputy has the roles of the other for the organisation until a day.
CREATE TABLE deputy (
    person       BLOB   NOT NULL REFERENCES person (id), -- whose roles
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    deputy       BLOB   NOT NULL REFERENCES person (id),
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    PRIMARY KEY (person, organisation, deputy)
);
CREATE INDEX deputy_deputy ON deputy (deputy, organisation);

-- Whom to call, in order.
CREATE TABLE on_call (
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    place        BIGINT NOT NULL,
    person       BLOB   NOT NULL REFERENCES person (id),
    PRIMARY KEY (organisation, place)
);

-- Items that do not wait for the morning, and who has acknowledged them.
CREATE TABLE urgent_item (
    item      BLOB   NOT NULL PRIMARY KEY REFERENCES item (id),
    marked_by BLOB   NOT NULL,
    marked_at BIGINT NOT NULL
);
CREATE TABLE urgent_call (
    item            BLOB   NOT NULL REFERENCES item (id),
    organisation    BLOB   NOT NULL REFERENCES organisation (id),
    place           BIGINT NOT NULL, -- who of the on-call list was called last; 0 for nobody yet
    next_at         BIGINT,          -- when the next is called; none when the list is at its end
    acknowledged_at BIGINT,
    acknowledged_by BLOB,
    PRIMARY KEY (item, organisation)
);
CREATE INDEX urgent_call_next ON urgent_call (acknowledged_at, next_at);

-- TLP:RED: the persons by name, each for one organisation: the right ends with its role there.
CREATE TABLE item_person (
    item         BLOB NOT NULL REFERENCES item (id),
    organisation BLOB NOT NULL REFERENCES organisation (id),
    person       BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (item, organisation, person)
);
CREATE INDEX item_person_person ON item_person (person, organisation);

-- Mail to an intake address from an address that nobody of the organisation has. Sealed; only the organisation sees it.
CREATE TABLE quarantine (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    sealed       BLOB   NOT NULL, -- sender, subject and the mail as it came
    bytes        BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX quarantine_organisation ON quarantine (organisation, at);

-- Mail that goes out. To whom and about what is sealed: a row names nobody.
CREATE TABLE outbound (
    id         BLOB   NOT NULL PRIMARY KEY,
    sealed     BLOB   NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    refused    TEXT,   -- class of the refusal
    bounced_at BIGINT  -- it came back: once
);

-- Submissions whose attachments carry a protective marking: sealed before any person sees them.
CREATE TABLE protective_marking (
    submission BLOB   NOT NULL PRIMARY KEY REFERENCES submission (id),
    markings   TEXT   NOT NULL,
    found_at   BIGINT NOT NULL,
    decided_at BIGINT,
    decision   TEXT -- opened (the source says it may be read), erased
);
