import { couldNotLook } from "../../upgrade/could-not-look";
import type { AdoptionFacts, SecretFacts, SecretPlace } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("adopted-secret");

/** What this gate looks at. */
export interface AdoptedSecretArgs {
  readonly adoption: Observation<AdoptionFacts>;
  /** Name of the program's own Secret. */
  readonly secret: string;
  /** Keys by which the programs know each other. @defaultValue none */
  readonly shared?: readonly string[];
  /** Where the install is. */
  readonly place: { readonly context: string; readonly namespace: string };
  /** Config path of a secret, or of all of them. */
  readonly at: (key?: string) => string;
}

const UNTIL =
  "nothing if that is meant: running pods keep what they started with until the next upgrade";

/**
 * Compares, by the names of their keys alone, what the running pods were given with what the next ones will get. A token by which the programs know each other
 * has to be the one that runs: with another one the first new pods would be refused by those that are left, and a bridge that restarts could not come back (T-22).
 */
export function adoptedSecret(args: AdoptedSecretArgs): readonly Finding[] {
  const { adoption, secret, at } = args;
  if (!adoption.observed) {
    return [unknown(couldNotLook(at(), "the Secret of the running pods", adoption.reason))];
  }
  const used = adoption.value.secret;
  if (used === undefined) {
    const found = "running pods that use no Secret";
    return [warn({ at: at(), found, expected: `pods with the Secret ${secret}`, fix: UNTIL })];
  }
  const findings = [...ofTokens(used, args), ...ofKeys(used, args), ...ofNames(used, args)];
  return findings.length > 0
    ? findings
    : [pass({ at: at(), found: `the same as in ${nameOf(used)}` })];
}

const nameOf = ({ names }: SecretFacts): string =>
  names.length === 0 ? "the install" : `Secret ${names.join(" and ")}`;

/** Tokens that the chart may have drawn at random: nobody but the cluster knows them. */
const ofTokens = (
  { lost, changed, places = {} }: SecretFacts,
  { shared = [], place, at }: AdoptedSecretArgs,
): readonly Finding[] =>
  shared
    .filter((key) => lost.includes(key) || changed.includes(key))
    .map((key) => {
      const from = places[key];
      const kept = from === undefined ? "the install" : `Secret ${from.secret}`;
      const copy = from === undefined ? "" : `: ${copyCommand(from, place, at(key))}`;
      return block({
        at: at(key),
        found: lost.includes(key) ? `no value, and ${kept} has one` : `another value than ${kept}`,
        expected: "the token that runs, since programs that know each other by it run on",
        fix: `set it as it runs, and change it after the adoption${copy}`,
      });
    });

/** Copies a value into the stack file, encrypted: it is shown nowhere, and no command line has it. */
const copyCommand = (
  { secret, key }: SecretPlace,
  { context, namespace }: AdoptedSecretArgs["place"],
  path: string,
): string =>
  [
    `kubectl --context ${context} --namespace ${namespace} get secret ${secret}`,
    `--output jsonpath='{.data.${key.replaceAll(".", "\\.")}}' | base64 --decode`,
    `| pulumi config set --secret --path '${path}'`,
  ].join(" ");

const ofKeys = (used: SecretFacts, { shared = [], at }: AdoptedSecretArgs): readonly Finding[] => {
  const others = (keys: readonly string[]) => keys.filter((key) => !shared.includes(key));
  return [
    {
      keys: others(used.lost),
      what: `is missing what ${nameOf(used)} has`,
      fix: `add it, or ${UNTIL}`,
    },
    { keys: used.added, what: `has what ${nameOf(used)} has not`, fix: UNTIL },
    { keys: others(used.changed), what: `has other values than ${nameOf(used)}`, fix: UNTIL },
  ]
    .filter(({ keys }) => keys.length > 0)
    .map(({ keys, what, fix }) =>
      warn({
        at: at(),
        found: `it ${what}: ${keys.join(", ")}`,
        expected: "the same keys and values",
        fix,
      }),
    );
};

/** Secrets of other names: the pods leave them with the first upgrade, and nobody deletes them. */
const ofNames = ({ names }: SecretFacts, { secret, at }: AdoptedSecretArgs): readonly Finding[] =>
  names.length === 0 || names.includes(secret)
    ? []
    : [
        warn({
          at: at(),
          found: `running pods with Secret ${names.join(" and ")}`,
          expected: `pods with Secret ${secret}, which is made beside it`,
          fix: `nothing; delete ${names.join(" and ")} once no pod uses it any more`,
        }),
      ];
