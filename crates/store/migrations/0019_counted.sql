-- What the hub's board counts in a quarter, from indexes alone.

-- submissions by week and kind
CREATE INDEX submission_counted ON submission (received_at, kind) WHERE exercise = FALSE;

-- the few items that are exercises
CREATE INDEX item_exercise ON item (id) WHERE exercise = TRUE;
