-- What happened in an exercise counts in no figure.
ALTER TABLE notice ADD COLUMN exercise BOOLEAN NOT NULL DEFAULT FALSE;

-- A held mail as it came, sealed apart from its head, which alone is read for the list; null where the head holds it, as it did before.
ALTER TABLE quarantine ADD COLUMN raw BLOB;
