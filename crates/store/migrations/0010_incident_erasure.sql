-- Erasures of incidents: asked in the transaction that removes what is sealed, done when the key is destroyed.
CREATE TABLE incident_erasure (
    incident BLOB   NOT NULL PRIMARY KEY REFERENCES incident (id),
    reason   TEXT   NOT NULL,
    asked_at BIGINT NOT NULL,
    done_at  BIGINT
);
