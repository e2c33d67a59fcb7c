import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Values } from "../../upgrade/values";
import type { Attention, BamfCatalogue, Unknown } from "../catalogue";
import { isSettled } from "../consents";
import type { Hop } from "../hop";
import { placeOf } from "../value-places";

const { pass, warn } = gate("behaviour-changes");

/** What this gate looks at. */
export interface BehaviourChangesArgs {
  readonly catalogue: BamfCatalogue;
  /** Undefined on a first install. */
  readonly hop: Hop | Unknown | undefined;
  /** The operator's values in the layout of the wanted release. */
  readonly values: Values;
  /** Config path of the version. */
  readonly at: string;
  /** Config path of the values. */
  readonly valuesAt: string;
}

/**
 * Tells of each change on the way up that a value decides and that nobody has decided, rows that a release begins to delete among them (T-36). The gate `notes` tells
 * of all others.
 */
export function behaviourChanges(args: BehaviourChangesArgs): readonly Finding[] {
  const { hop, at } = args;
  if (hop === undefined) return [pass({ at, found: "first install: no behaviour to keep" })];
  if (hop.kind === "unknown")
    return [
      warn({
        at,
        found: `what changes on the way is not known: ${hop.reason}`,
        expected: "a row of each release in the catalogue",
        fix: "read the release notes, or write a row into a catalogue of your own",
      }),
    ];
  if (hop.kind !== "up")
    return [pass({ at, found: "no newer release on the way, which could behave otherwise" })];
  const open = hop.crossed.flatMap(({ version, attention }) =>
    attention.flatMap((news) => undecided(news, version, hop.to.version, args)),
  );
  return open.length > 0
    ? open
    : [
        pass({
          at,
          found: `${counted(hop.crossed.length, "release")} on the way, nothing undecided`,
        }),
      ];
}

function undecided(
  news: Attention,
  version: string,
  wanted: string,
  { catalogue, values, valuesAt }: BehaviourChangesArgs,
): readonly Finding[] {
  if (news.settledBy === undefined || isSettled(catalogue, news, wanted, values)) return [];
  const place = placeOf(catalogue, { path: news.settledBy.split(".") }, wanted);
  if (place.kind !== "at") return [];
  const name = place.path.join(".");
  return [
    warn({
      at: `${valuesAt}.${name}`,
      found: `no value, while ${version} changes this: ${news.what}`,
      expected:
        news.deletes.length === 0
          ? "a value that somebody has chosen"
          : `a value that somebody has chosen, before rows of ${news.deletes.join(", ")} are deleted`,
      fix: `set ${name} to what you want, be it the chart's default`,
    }),
  ];
}
