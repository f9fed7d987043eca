-- Checks and their answers: damage information, in tables of their own. Which organisation asked is sealed; its tag finds its own.

-- Who may ask whom: a customer and its supplier. Entered by the hub's operator.
CREATE TABLE contract (
    customer BLOB   NOT NULL REFERENCES organisation (id),
    supplier BLOB   NOT NULL REFERENCES organisation (id),
    since    BIGINT NOT NULL,
    PRIMARY KEY (customer, supplier)
);

-- Where a supplier without an account gets its links. The address is sealed.
CREATE TABLE check_contact (
    id           BLOB NOT NULL PRIMARY KEY,
    organisation BLOB NOT NULL REFERENCES organisation (id),
    lang         TEXT NOT NULL,
    sealed       BLOB NOT NULL
);
CREATE INDEX check_contact_organisation ON check_contact (organisation);

CREATE TABLE check_ask (
    id           BLOB    NOT NULL PRIMARY KEY,
    asker_tag    BLOB    NOT NULL,
    asker_sealed BLOB    NOT NULL,
    item         BLOB    NOT NULL REFERENCES item (id),
    named        BOOLEAN NOT NULL,
    by_hub       BOOLEAN NOT NULL,
    parent       BLOB,             -- the put that this ask hands on
    counts       TEXT    NOT NULL,
    due_at       BIGINT  NOT NULL,
    asked_at     BIGINT  NOT NULL,
    closed_at    BIGINT
);
CREATE INDEX check_ask_asker ON check_ask (asker_tag, asked_at DESC, id);
CREATE INDEX check_ask_parent ON check_ask (parent);

-- What one organisation sees. Unnamed asks about one item share a put (`ask` is null); no column counts them.
CREATE TABLE check_put (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    item         BLOB   NOT NULL REFERENCES item (id),
    ask          BLOB   REFERENCES check_ask (id),
    counts       TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    due_at       BIGINT NOT NULL,
    asked_at     BIGINT NOT NULL,
    opened_at    BIGINT,
    answered_at  BIGINT,
    closed_at    BIGINT
);
CREATE INDEX check_put_organisation ON check_put (organisation, asked_at DESC, id);
CREATE INDEX check_put_item ON check_put (item, organisation);
-- Two askers at the same instant still make one put.
CREATE UNIQUE INDEX check_put_one ON check_put (item, organisation) WHERE ask IS NULL AND closed_at IS NULL;

CREATE TABLE check_share (
    ask       BLOB   NOT NULL REFERENCES check_ask (id),
    put       BLOB   NOT NULL REFERENCES check_put (id),
    joined_at BIGINT NOT NULL,
    tell_at   BIGINT NOT NULL,
    PRIMARY KEY (ask, put)
);
CREATE INDEX check_share_put ON check_share (put);

-- One answer a put: a correction replaces it, the same answer sent again changes nothing.
CREATE TABLE check_answer (
    put      BLOB   NOT NULL PRIMARY KEY REFERENCES check_put (id),
    sealed   BLOB   NOT NULL,
    hash     BLOB   NOT NULL, -- keyed hash of the answer: the same again is known without opening it
    via      TEXT   NOT NULL,
    receipt  TEXT   NOT NULL,
    revision BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    link     BLOB    -- hash of the one-time link that it came by
);

-- One-time links: hashes only. The code is exchanged once for a cookie; after that the link alone opens nothing.
CREATE TABLE check_link (
    token_hash  BLOB   NOT NULL PRIMARY KEY,
    put         BLOB   NOT NULL REFERENCES check_put (id),
    contact     BLOB   REFERENCES check_contact (id), -- null: hub staff handed it out
    code_hash   BLOB   NOT NULL,
    tries       BIGINT NOT NULL,
    cookie_hash BLOB,
    made_by     BLOB,                                 -- who of the hub
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX check_link_put ON check_link (put, contact, made_at);
