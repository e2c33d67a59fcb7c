CREATE TABLE nudges (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  checkpoint_number BIGINT NOT NULL REFERENCES checkpoints (number) ON DELETE CASCADE,
  text TEXT NOT NULL,
  delivered_at TIMESTAMPTZ
);

CREATE INDEX nudges_undelivered ON nudges (checkpoint_number) WHERE delivered_at IS NULL;
