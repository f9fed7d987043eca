-- Passkeys (WebAuthn): the public half of a key that a person's device holds. Nothing here lets anybody in.
CREATE TABLE passkey (
    id              BLOB    NOT NULL PRIMARY KEY,
    person          BLOB    NOT NULL REFERENCES person (id),
    credential      BLOB    NOT NULL UNIQUE, -- the name that the device gave it
    public_key      BLOB    NOT NULL,        -- point of P-256, uncompressed
    counter         BIGINT  NOT NULL,        -- the highest that the device has shown
    backup_eligible BOOLEAN NOT NULL,        -- whether it may be copied to other devices; never changes
    label           TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    last_used_at    BIGINT
);
CREATE INDEX passkey_person ON passkey (person, created_at);

-- Challenges that were answered: each counts once, on every node. Those that nobody answered are not written down.
CREATE TABLE spent_challenge (
    hash       BLOB   NOT NULL PRIMARY KEY, -- SHA-256
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_challenge_expires ON spent_challenge (expires_at);
