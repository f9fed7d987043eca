-- What a copy of the database without the keys must not say: whose an erased submission was, whose a held mail is, who asked.

-- Its source wished it erased while the hold stood.
ALTER TABLE legal_hold ADD COLUMN wished BOOLEAN NOT NULL DEFAULT FALSE;

-- Mail to an intake address from an address that nobody of the organisation has, found by a keyed hash of the organisation and sealed for it.
-- It takes the place of `quarantine`, whose rows the daily job brings here: an older node beside this one still reads that.
CREATE TABLE held_mail (
    id     BLOB   NOT NULL PRIMARY KEY,
    owner  BLOB   NOT NULL,
    sealed BLOB   NOT NULL, -- sender and subject
    raw    BLOB,            -- the mail as it came; null where `sealed` holds it, as it did before
    at     BIGINT NOT NULL
);
CREATE INDEX held_mail_owner ON held_mail (owner, at);
CREATE INDEX held_mail_at ON held_mail (at, id);

-- What was erased, taken back or held is named in the opening of its leaf, which is sealed, and nowhere beside it.
UPDATE leaf SET subject = NULL WHERE kind IN
    ('erase', 'withdraw', 'held-mail', 'held-mail-taken', 'held-mail-dropped', 'held-mail-lapsed');

-- An erasure that is done says neither when nor why.
UPDATE erasure SET reason = '', asked_at = 0, done_at = 0 WHERE done_at IS NOT NULL;
UPDATE item_source SET part = '{}' WHERE submission IN (SELECT submission FROM erasure);
UPDATE consent SET cuts = '[]' WHERE submission IN (SELECT submission FROM erasure);
