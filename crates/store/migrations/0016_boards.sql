-- What the boards count is read from indexes alone, so that a year of rows with their texts stays where it lies.

-- when an item first left
CREATE INDEX item_version_first ON item_version (released_at, item) WHERE version = 1;

-- when the first of an item's submissions came
DROP INDEX submission_item;
CREATE INDEX submission_item ON submission (item, received_at);

-- since when consents are open
CREATE INDEX submission_asked ON submission (state, exercise, asked_at);
