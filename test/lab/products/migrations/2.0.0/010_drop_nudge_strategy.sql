ALTER TABLE agents DROP COLUMN nudge_strategy;
