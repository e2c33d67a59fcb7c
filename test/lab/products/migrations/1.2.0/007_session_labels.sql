ALTER TABLE sessions ADD COLUMN labels JSONB NOT NULL DEFAULT '{}'::jsonb;

CREATE INDEX sessions_by_label ON sessions USING gin (labels);
