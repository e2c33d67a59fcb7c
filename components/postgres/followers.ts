import { z } from "zod";

/** Who follows a database, and would follow the one that is left after an exchange. */
export const followersSchema = z.array(
  z.object({
    kind: z.enum(["logical slot", "subscription", "physical slot", "replica"]),
    name: z.string(),
  }),
);

/**
 * SQL for the followers of a database, as jsonb: logical slots and subscriptions stay with the database that they were made in, whatever its name becomes; a
 * physical replica takes on all of what a restore writes. It may be asked from any database of the server.
 *
 * @param name - SQL for the name of the database, as text.
 */
export const followersSql = (name: string): string => `(
SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', kind, 'name', name) ORDER BY kind, name COLLATE "C"), '[]') FROM (
  SELECT slot_type || ' slot', slot_name::text FROM pg_catalog.pg_replication_slots
  WHERE NOT temporary AND (slot_type = 'physical' OR database = ${name})
  UNION SELECT 'subscription', subname::text FROM pg_catalog.pg_subscription JOIN pg_catalog.pg_database d ON d.oid = subdbid WHERE datname = ${name}
  UNION SELECT 'replica', coalesce(nullif(r.application_name, ''), 'unnamed') FROM pg_catalog.pg_stat_replication r
  WHERE coalesce(r.state, '') <> 'backup' AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid)
) AS found (kind, name))`;
