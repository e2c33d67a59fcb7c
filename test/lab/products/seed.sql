-- Fills the tables of release 1.0.0: psql -v rows=1000 -f seed.sql. Adds `rows` agents, twice as many
-- sessions and four times as many checkpoints, the same ones each time for the same starting number.
\if :{?rows}
\else
  \set rows 1000
\endif

BEGIN;

WITH start AS (SELECT count(*) AS n FROM agents)
INSERT INTO agents (agent_hash, name, settings)
SELECT md5('agent ' || (start.n + i)), 'agent ' || (start.n + i),
       jsonb_build_object('limits', jsonb_build_array(i, i * 2), 'note', E'quote " tab \t back\\slash ünïcode')
FROM start, generate_series(1, :rows) AS i;

INSERT INTO sessions (id, agent_id, started_at, ended_at, cost)
SELECT md5('session ' || a.id || ' ' || k)::uuid, a.id, timestamptz '2026-01-01 00:00:00+00' + a.id * interval '1 minute',
       CASE WHEN k = 1 THEN timestamptz '2026-01-02 00:00:00+00' + a.id * interval '1 minute' END, (a.id % 97) / 7.0
FROM agents a, generate_series(1, 2) AS k
ON CONFLICT (id) DO NOTHING;

INSERT INTO checkpoints (session_id, verdict, analysis, signature, notes)
SELECT s.id, (ARRAY['clear', 'review', 'boundary'])[1 + k % 3], jsonb_build_object('score', k, 'tags', ARRAY['a', 'b']),
       decode(md5(s.id::text || k), 'hex'), CASE WHEN k = 1 THEN NULL ELSE repeat('x', 200) END
FROM sessions s, generate_series(1, 2) AS k
WHERE NOT EXISTS (SELECT 1 FROM checkpoints c WHERE c.session_id = s.id);

COMMIT;
