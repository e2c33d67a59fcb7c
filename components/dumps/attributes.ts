import { z } from "zod";
import type { Session } from "../postgres/session";

const userSchema = "nspname !~ '^pg_' AND nspname <> 'information_schema'";

const grants = (acl: string): string => `(SELECT string_agg(format('%s %s%s',
  CASE grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(grantee) END, privilege_type, CASE WHEN is_grantable THEN ' with grant option' END),
  ', ' ORDER BY grantee, privilege_type, is_grantable) FROM aclexplode(${acl}))`;

/** What was made with an extension comes back with it. */
const isMember = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend WHERE deptype = 'e' AND classid = ${catalog} AND objid = ${oid})`;

/** Grantors are left out: a restore grants in the name of the owner. Missing privileges are the default ones, as a restore leaves them out, too. */
const attributesSql = `
WITH objects (catalog, oid, name, owner, acl) AS (
  SELECT 'pg_class'::regclass, c.oid, c.oid::regclass::text, relowner,
    coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND relpersistence <> 't' AND ${userSchema}
  UNION ALL SELECT 'pg_namespace'::regclass, oid, format('schema %I', nspname), nspowner, coalesce(nspacl, acldefault('n', nspowner))
  FROM pg_namespace WHERE ${userSchema}
  UNION ALL SELECT 'pg_proc'::regclass, p.oid, 'function ' || p.oid::regprocedure, proowner, coalesce(proacl, acldefault('f', proowner))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ${userSchema}
  UNION ALL SELECT 'pg_type'::regclass, t.oid, 'type ' || t.oid::regtype, typowner, coalesce(typacl, acldefault('T', typowner))
  FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype IN ('d', 'e', 'r') AND ${userSchema}
), own AS (SELECT * FROM objects WHERE NOT ${isMember("catalog", "oid")})
SELECT to_jsonb(attribute) FROM (
  SELECT format('owner of %s: %s', name, pg_get_userbyid(owner)) FROM own
  UNION ALL SELECT format('privileges on %s: %s', name, ${grants("acl")}) FROM own
  UNION ALL SELECT format('privileges on column %I of %s: %s', attname, name, ${grants("attacl")})
  FROM own JOIN pg_attribute ON attrelid = own.oid AND catalog = 'pg_class'::regclass WHERE attacl IS NOT NULL
  UNION ALL SELECT format('default privileges of %s in %s on %s: %s', pg_get_userbyid(defaclrole), coalesce(nspname, 'every schema'), defaclobjtype, ${grants("defaclacl")})
  FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
  UNION ALL SELECT format('row security of %s: %s %s', name, relrowsecurity, relforcerowsecurity)
  FROM own JOIN pg_class c ON c.oid = own.oid AND catalog = 'pg_class'::regclass WHERE relrowsecurity OR relforcerowsecurity
  UNION ALL SELECT format('policy %I on %s: %s for %s', polname, polrelid::regclass, polcmd,
    (SELECT string_agg(CASE role WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(role) END, ', ' ORDER BY role) FROM unnest(polroles) AS role))
  FROM pg_policy WHERE NOT ${isMember("'pg_class'::regclass", "polrelid")}
  UNION ALL SELECT format('comment on %s %s: %s', type, identity, md5(description))
  FROM pg_description, pg_identify_object(classoid, objoid, objsubid) WHERE objoid >= 16384 AND NOT ${isMember("classoid", "objoid")}
  UNION ALL SELECT format('publication %I of %s: %s %s %s %s %s, tables %s', pubname, pg_get_userbyid(pubowner), puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,
    (SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY schemaname, tablename) FROM pg_publication_tables t WHERE t.pubname = p.pubname))
  FROM pg_publication p
  UNION ALL SELECT format('event trigger %I of %s: %s %s %s', evtname, pg_get_userbyid(evtowner), evtevent, evtfoid::regproc, evtenabled)
  FROM pg_event_trigger e WHERE NOT ${isMember("'pg_event_trigger'::regclass", "e.oid")}
) AS found (attribute) ORDER BY attribute COLLATE "C";`;

/** Owners, privileges, default privileges, policies, comments, publications and event triggers of a database, one sentence each. */
export async function readAttributes(session: Session): Promise<readonly string[]> {
  const rows = await session.query(attributesSql);
  return rows.map((row) => z.string().parse(JSON.parse(row)));
}

/** What a restore has not brought back, or has brought back otherwise. */
export function lostAttributes(
  source: readonly string[],
  copy: readonly string[],
): readonly string[] {
  const found = new Set(copy);
  return source.filter((attribute) => !found.has(attribute));
}
