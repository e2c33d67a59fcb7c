CREATE TABLE nudge_archive (LIKE nudges INCLUDING ALL);

-- Outlives every deadline.
SELECT pg_sleep(3600);
