-- What was done with a mail that lay in a mailbox elsewhere. Its key is a keyed hash of mailbox, UIDVALIDITY and UID; of mailbox, UIDVALIDITY,
-- UID and recipient for what each got, so that a pull that broke off in the middle gives nobody the same mail twice.
CREATE TABLE pulled (
    mail    BLOB   NOT NULL PRIMARY KEY,
    outcome TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX pulled_at ON pulled (at);
