CREATE SEQUENCE checkpoint_numbers START 1000;

CREATE TABLE checkpoints (
  number BIGINT PRIMARY KEY DEFAULT nextval('checkpoint_numbers'),
  session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  verdict TEXT NOT NULL CHECK (verdict IN ('clear', 'review', 'boundary')),
  analysis JSONB,
  signature BYTEA,
  notes TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX checkpoints_by_session ON checkpoints (session_id, number);
CREATE INDEX checkpoints_by_analysis ON checkpoints USING gin (analysis);

CREATE VIEW open_sessions AS SELECT id, agent_id, started_at FROM sessions WHERE ended_at IS NULL;
