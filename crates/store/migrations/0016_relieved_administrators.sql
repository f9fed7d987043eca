-- Administrators who cannot act any more: whoever comes in by an admission takes the role from those that stand here, by identifier.
ALTER TABLE admission ADD COLUMN relieves TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN relieves TEXT NOT NULL DEFAULT '';  -- copied when the admission becomes a link
