-- The first statement is sound, the second names a table that no release has.
ALTER TABLE nudges ADD COLUMN owner_id BIGINT;

ALTER TABLE nudges ADD CONSTRAINT nudges_owner FOREIGN KEY (owner_id) REFERENCES owners (id);
