-- What was noted of rare values today, as it came: sorted hashes of one reading, one after the other. The day after it goes into `rarity`,
-- where it counts from then on and not before. Writing it appends, so that reading a large envelope holds no other writer up.
CREATE TABLE rarity_of_day (
    id         BLOB   NOT NULL PRIMARY KEY,  -- drawn: nothing says which reading it was
    day        BIGINT NOT NULL,
    group_tag  BLOB   NOT NULL,
    value_tags BLOB   NOT NULL
);
CREATE INDEX rarity_of_day_age ON rarity_of_day (day);
