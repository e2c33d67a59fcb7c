import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Unknown } from "../catalogue";
import type { Translation, ValueChange, ValueConflict } from "../translate-values";

const { pass, warn, block } = gate("values-layout");

/** Values that one line names; the others are counted. */
const NAMED = 5;

/** What this gate looks at. */
export interface ValuesLayoutArgs {
  readonly translation: Translation | Unknown;
  /** The wanted release. */
  readonly wanted: string;
  /** The release whose layout the values are brought into: the wanted one, or if that has no row the newest before it. */
  readonly layout: string | undefined;
  /** Config path of the values. */
  readonly at: string;
}

/**
 * Shows how values of another layout are brought into that of the wanted release, a line for all values that move together, and refuses a file that cannot
 * be read in one way (T-27). Shows no secret.
 */
export function valuesLayout({
  translation,
  wanted,
  layout = wanted,
  at,
}: ValuesLayoutArgs): readonly Finding[] {
  if (translation.kind === "unknown")
    return [
      warn({
        at,
        found: `values that nobody translates, since the catalogue has no row of ${wanted}`,
        expected: `values in the layout of ${wanted}`,
        fix: "compare them with the values.yaml of the chart, or write a row into a catalogue of your own",
      }),
    ];
  const { changes, conflicts } = translation;
  const findings = [
    ...(layout === wanted ? [] : [taken(layout, wanted, at)]),
    ...conflicts.map((conflict) => refused(conflict, layout, at)),
    ...movedTogether(changes).map((group) => shown(group, layout, at)),
    ...changes.flatMap((change) =>
      change.kind === "removed" ? [leftOut(change, layout, at)] : [],
    ),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at, found: `${counted(changes.length, "value")} in the layout of ${wanted}` })];
}

const taken = (layout: string, wanted: string, at: string): Finding =>
  warn({
    at,
    found: `values in the layout of ${layout}, since the catalogue has no row of ${wanted}`,
    expected: `values in the layout of ${wanted}`,
    fix: "see in the notes that the layout is the same; the schema of the chart has the last word",
  });

function refused({ names, why, fix }: ValueConflict, wanted: string, at: string): Finding {
  const [first = "", ...others] = names;
  return block({
    at: `${at}.${first}`,
    found: others.length === 0 ? why : `a value that ${others.join(" and ")} sets as well: ${why}`,
    expected: `values that ${wanted} can be told, each of them once`,
    fix,
  });
}

const leftOut = (
  { from, shown: value, why }: Extract<ValueChange, { readonly kind: "removed" }>,
  wanted: string,
  at: string,
): Finding =>
  warn({
    at: `${at}.${from}`,
    found: `${value}, which is left out: ${why}`,
    expected: `only values that ${wanted} reads`,
    fix: "nothing; remove it once no release that reads it will run again",
  });

/** Values that one move takes along. */
interface Group {
  /** The common part of their names, and of their new ones. */
  readonly from: string;
  readonly to: string;
  readonly values: readonly { readonly below: string; readonly shown: string }[];
}

const shown = ({ from, to, values }: Group, wanted: string, at: string): Finding =>
  warn({
    at: `${at}.${from}`,
    found: `a value of another layout, which becomes ${to}: ${listed(values)}`,
    expected: `${to}, as ${wanted} calls it`,
    fix: `nothing, since each run translates it; write it as ${to} once ${wanted} is to stay`,
  });

function listed(values: Group["values"]): string {
  const named = values
    .slice(0, NAMED)
    .map(({ below, shown: value }) => (below === "" ? value : `${below} ${value}`));
  const more = values.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/** One group for each move of a map or value, in the order of the file. */
function movedTogether(changes: readonly ValueChange[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    if (change.kind !== "moved") continue;
    const { from, to, below } = roots(change.from.split("."), change.to.split("."));
    const key = `${from} ${to}`;
    const values = groups.get(key)?.values ?? [];
    groups.set(key, { from, to, values: [...values, { below, shown: change.shown }] });
  }
  return [...groups.values()];
}

/** What differs about two names, and what lies below it. Where a map was only put below another one, its own name stays with it. */
function roots(from: readonly string[], to: readonly string[]) {
  const longest = Math.min(from.length, to.length) - 1;
  const same = Array.from({ length: longest }, (_, index) => index + 1).filter((count) =>
    from.slice(-count).every((key, index) => key === to.slice(-count)[index]),
  );
  // The last one that holds is the longest: a common ending of n keys has one of n - 1.
  const count = same.at(-1) ?? 0;
  const cut = (keys: readonly string[]) => keys.slice(0, keys.length - count).join(".");
  return { from: cut(from), to: cut(to), below: from.slice(from.length - count).join(".") };
}
