-- Who sends much waits behind those who send little: the work of one flood keeps nobody else's warning waiting.
ALTER TABLE job ADD COLUMN lane BIGINT NOT NULL DEFAULT 0;

-- the next job of a lane
DROP INDEX job_due;
CREATE INDEX job_due ON job (done_at, failed_at, lane, run_at);
