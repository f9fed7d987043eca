-- Where organisations want to be told that a collection has news.

-- One row an address. What there is to tell is not queued: it is the difference between `told_to` and where the feeds end, so an address
-- that was away for a day is told once.
CREATE TABLE webhook (
    id           BLOB   NOT NULL PRIMARY KEY,
    organisation BLOB   NOT NULL REFERENCES organisation (id),
    url          TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    told_to      BIGINT NOT NULL, -- date_added of the newest object that it was told of
    tries        BIGINT NOT NULL, -- without success, in a row
    next_at      BIGINT NOT NULL, -- not told again before: back-off, or the lease of the node that is telling it
    last_at      BIGINT,          -- of the last try
    last_outcome TEXT,            -- of the last try, as a class: it names nothing of the answer
    ended_at     BIGINT           -- when it was given up
);
CREATE INDEX webhook_organisation ON webhook (organisation, created_at);

-- The ends of an object's versions, as each audience has them: what a new version is compared with, and what decides who sees which as its
-- last. An object that stands in every item (the hub's own identity) has as many versions as items, and few ends.
CREATE INDEX feed_end ON feed (collection, object_id, version_at)
    WHERE (newer <> 0 OR older <> 0) AND (newer <> 1 OR older <> 1);
