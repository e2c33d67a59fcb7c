import { couldNotLook } from "../../upgrade/could-not-look";
import type { AdoptionFacts } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, unknown } = gate("adopted-secret");

/** What this gate looks at. */
export interface AdoptedSecretArgs {
  readonly adoption: Observation<AdoptionFacts>;
  /** Name of the program's own Secret. */
  readonly secret: string;
  /** Config path of the secrets. */
  readonly at: string;
}

const UNTIL =
  "nothing if that is meant: running pods keep what they started with until the next upgrade";

/** Compares, by the names of their keys alone, what the running pods were given with what the next ones will get. */
export function adoptedSecret({ adoption, secret, at }: AdoptedSecretArgs): readonly Finding[] {
  if (!adoption.observed) {
    return [unknown(couldNotLook(at, "the Secret of the running pods", adoption.reason))];
  }
  const used = adoption.value.secret;
  if (used === undefined) {
    const found = "running pods that use no Secret";
    return [warn({ at, found, expected: `pods with the Secret ${secret}`, fix: UNTIL })];
  }
  const names = used.names.join(" and ");
  const objections = [
    { keys: used.lost, what: `is missing what Secret ${names} has`, fix: `add it, or ${UNTIL}` },
    { keys: used.added, what: `has what Secret ${names} has not`, fix: UNTIL },
    { keys: used.changed, what: `has other values than Secret ${names}`, fix: UNTIL },
  ].filter(({ keys }) => keys.length > 0);
  const other = used.names.includes(secret)
    ? []
    : [
        warn({
          at,
          found: `running pods with Secret ${names}`,
          expected: `pods with Secret ${secret}, which is made beside it`,
          fix: `nothing; delete ${names} once no pod uses it any more`,
        }),
      ];
  const findings = [
    ...objections.map(({ keys, what, fix }) =>
      warn({
        at,
        found: `it ${what}: ${keys.join(", ")}`,
        expected: "the same keys and values",
        fix,
      }),
    ),
    ...other,
  ];
  return findings.length > 0 ? findings : [pass({ at, found: `the same as in Secret ${names}` })];
}
