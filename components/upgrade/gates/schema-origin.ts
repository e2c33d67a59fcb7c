import type { SchemaConsent } from "../plan/consent";
import { gate, type Finding, type Objection } from "../finding";
import type { Plan } from "../plan/plan";

const { pass, warn, block } = gate("schema-origin");

/** What this gate looks at. */
export interface SchemaOriginArgs {
  readonly plan: Plan;
  /** @defaultValue none */
  readonly consent?: SchemaConsent | undefined;
  /** Config path of the consent. */
  readonly at: string;
}

/**
 * Lets no release start on a schema of which nothing here tells where it came from: a newer release may have migrated it from another machine (law 7,
 * T-12). The dumps of that machine explain it; if nobody has them, the operator's word for that very schema does.
 */
export function schemaOrigin({ plan, consent, at }: SchemaOriginArgs): readonly Finding[] {
  const { doubt, to } = plan;
  if (doubt === undefined) return [pass({ at, found: "a schema whose origin is known" })];
  const { head, reason } = doubt;
  if (head === undefined) return [block(unseen(plan, reason, at))];
  if (consent?.release === to && consent.head === head) {
    return [
      warn({
        at,
        found: `${reason}; with the operator's word that ${to} runs on it: ${consent.reason}`,
        expected: "a schema whose origin is known",
        fix: "remove consents.schema once this release is verified",
      }),
    ];
  }
  return [
    block({
      at,
      found: reason,
      expected:
        "a schema that this stack has verified, or a dump, a Job or a release that explains it",
      fix: `run from the machine whose backup directory has the dumps, bring them here, or name the bucket that has them (backup.store); or go on to the release that migrated it; or, where ${to} is known to run on this schema, set consents.schema to { release: "${to}", head: "${head}", reason: "..." }`,
    }),
  ];
}

/** No word helps here: it would be for a schema that nobody has seen. */
const unseen = ({ to }: Plan, reason: string, at: string): Objection => ({
  at,
  found: reason,
  expected: "a look at the schema, or no migration to another major since the last one",
  fix: `make the database answer here and run again; or bring the dump that was taken before that migration, or go on to its release; or, if that migration is known to have changed nothing that ${to} needs, delete its Job (on a Docker host its container)`,
});
