-- Everything that a careless backup gets wrong, in one small database.
CREATE TABLE "_schema_migrations" (filename text primary key, applied_at timestamptz not null default now());
INSERT INTO "_schema_migrations" VALUES ('001_init.sql'),('002_more''s.sql');
CREATE SCHEMA "Odd ""Schema'";
CREATE TYPE "Odd ""Schema'".mood AS ENUM ('ok', 'so "la la"');
CREATE DOMAIN public.positive AS int CHECK (VALUE > 0);
CREATE TABLE "Odd ""Schema'"."Mixed Case; DROP" ("Id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "r" text, m "Odd ""Schema'".mood, n numeric, f float8, b bytea, j jsonb, js json, x xml, ts timestamptz, i interval, a text[], p positive, g text GENERATED ALWAYS AS (r || '!') STORED, money money, rng int4range, u uuid, reg regclass);
INSERT INTO "Odd ""Schema'"."Mixed Case; DROP" (r,m,n,f,b,j,js,x,ts,i,a,p,money,rng,u,reg) VALUES
 (E'quote '' " back\\slash \t tab \n newline ünïcödé 🚀 日本', 'so "la la"', 'NaN', 'NaN', '\xdeadbeef00', '{"a": [1, null, "\u00fc"]}', '{"b":1,  "b":2}', '<a>x</a>', '2026-01-01 00:00:00.123456+05', '1 mon 2 days 03:04:05.6', ARRAY['a,b', NULL, '{"x"}'], 7, '12.34', '[1,5)', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'pg_class'),
 (NULL, NULL, 1e-20, '-Infinity', '', 'null', NULL, NULL, 'infinity', NULL, '{}', NULL, NULL, 'empty', NULL, NULL), ('',  'ok', 1.500, 0.1, NULL, '[]', '[]', NULL, '-infinity', '-1 year', NULL, 1, NULL, NULL, NULL, NULL);
ALTER TABLE "Odd ""Schema'"."Mixed Case; DROP" DROP COLUMN js;
CREATE TABLE empty_one (a int);
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE events (id bigserial, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO events (at, body) SELECT date '2025-06-01' + (i % 700)::int, repeat('x', i % 300) FROM generate_series(1, 20000) i WHERE (i % 700) < 570;
CREATE INDEX ON events (body);
CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
CREATE VIEW counts AS SELECT at, count(*) FROM events GROUP BY at;
CREATE MATERIALIZED VIEW mcounts AS SELECT * FROM counts;
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.a := NEW.a + 1; RETURN NEW; END$$;
CREATE TRIGGER bump BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION bump();
CREATE SEQUENCE never_called; CREATE SEQUENCE down INCREMENT -1; DO $$BEGIN PERFORM nextval('down'); PERFORM nextval('down'); END$$;
ALTER TABLE parent ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON parent USING (a > 0);
CREATE UNLOGGED TABLE unlogged_one (a int); INSERT INTO unlogged_one VALUES (1);
DO $$BEGIN PERFORM lo_from_bytea(0, '\x0102'); END$$;
