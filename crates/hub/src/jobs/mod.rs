//! Deferred work: one file a job.
