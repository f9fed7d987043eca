-- What a year's queue looks for, and a source among its own.

-- A submission by its source and identifier: what is another's is looked for as long as what is not there.
CREATE INDEX submission_own ON submission (source_tag, id);

-- The oldest of a cluster in a state.
CREATE INDEX submission_cluster_state ON submission (cluster, state, received_at, id);
DROP INDEX submission_cluster;
