import type { Manifest } from "./manifest";

/** Rows and content of one table. */
export type TableChecksum = Manifest["tables"][number];

/** Where a sequence stands; `last` is undefined before its first value. */
export interface SequenceState {
  readonly name: string;
  readonly last: string | undefined;
  readonly increment: string;
  readonly cycle: boolean;
}

/** What two databases must have in common to be called equal. */
export interface Checksums {
  readonly tables: readonly TableChecksum[];
  /** Indexes, constraints, functions, ... by kind and name: `index public.agents_pkey`. */
  readonly objects: readonly string[];
}

/** Says in words where the copy differs from its source; empty if it does not. */
export function differences(source: Checksums, copy: Checksums): readonly string[] {
  const copies = new Map(copy.tables.map((table) => [table.name, table]));
  const originals = new Set(source.tables.map(({ name }) => name));
  return [
    ...source.tables.flatMap((table) => tableDifference(table, copies.get(table.name))),
    ...copy.tables
      .filter(({ name }) => !originals.has(name))
      .map(({ name }) => `table ${name} is only in the copy`),
    ...missing(source.objects, copy.objects).map((object) => `${object} is missing in the copy`),
    ...missing(copy.objects, source.objects).map((object) => `${object} is only in the copy`),
  ];
}

function tableDifference(
  source: TableChecksum,
  copy: TableChecksum | undefined,
): readonly string[] {
  if (copy === undefined) return [`table ${source.name} is missing in the copy`];
  if (copy.rows !== source.rows) {
    return [`table ${source.name} has ${source.rows} rows, its copy ${copy.rows}`];
  }
  return copy.hash === source.hash ? [] : [`the rows of table ${source.name} differ in the copy`];
}

function missing(wanted: readonly string[], found: readonly string[]): readonly string[] {
  const names = new Set(found);
  return wanted.filter((name) => !names.has(name));
}

/**
 * Says in words which sequences of the copy lie outside of what the source stood at before and after the dump: sequences
 * obey no snapshot, and a gateway that is at work moves them on. Those that start over are left out.
 */
export function sequenceDifferences(
  before: readonly SequenceState[],
  copy: readonly SequenceState[],
  after: readonly SequenceState[],
): readonly string[] {
  const copies = new Map(copy.map((sequence) => [sequence.name, sequence]));
  const later = new Map(after.map((sequence) => [sequence.name, sequence]));
  return before.flatMap((source) => {
    const found = copies.get(source.name);
    if (found === undefined) return [`sequence ${source.name} is missing in the copy`];
    const [low, high] = [steps(source), steps(later.get(source.name) ?? source)];
    const stands = steps(found);
    if (source.cycle || (atLeast(stands, low) && atLeast(high, stands))) return [];
    return [
      `sequence ${source.name} stands at ${source.last ?? "its start"}, its copy at ${found.last ?? "its start"}`,
    ];
  });
}

/** Position in the direction of the sequence. */
const steps = ({ last, increment }: SequenceState): bigint | undefined =>
  last === undefined ? undefined : BigInt(last) * (BigInt(increment) < 0n ? -1n : 1n);

/** Whether a position was reached; undefined lies before all of them. */
const atLeast = (a: bigint | undefined, b: bigint | undefined): boolean =>
  b === undefined || (a !== undefined && a >= b);
