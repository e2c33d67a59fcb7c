import { isTornApart, newerThanApi, PARTS, type Bits, type Part, type Skew } from "./rule";

/** Instances of one part that change together, one after the other: `{ part: "host", name: "group canary", versions: ["0.10.0", "0.10.0"] }`. */
export interface Fleet {
  readonly part: Part;
  /** For messages. */
  readonly name: string;
  /** One version per instance. */
  readonly versions: readonly string[];
}

/** Brings a fleet to a release, one instance after the other. */
export interface Stage {
  /** Index of the fleet. */
  readonly fleet: number;
  readonly to: string;
  /** Which instances it changes: those that are newer, or older. @defaultValue all that are of another release */
  readonly only?: "newer" | "older" | undefined;
}

/** What a run does, stage by stage. */
export interface Course {
  /** For messages: `the upgrade to 0.11.0`. */
  readonly name: string;
  readonly stages: readonly Stage[];
  /** True if gates hold it back at a moment at which it would break a rule from the start: the API, what belongs to it, and what may not be newer. @defaultValue false */
  readonly gated?: boolean | undefined;
}

/** A moment at which a rule is broken. */
export interface Offence extends Skew {
  /** When that is, in words. */
  readonly moment: string;
}

/** What a search came to. */
export interface Searched {
  /** How many different moments can be reached. */
  readonly states: number;
  /** The first moment on the shortest way at which a rule is broken; undefined if there is none. */
  readonly offence: Offence | undefined;
  /** True if the search ended at its limit: nothing is known of the moments beyond. */
  readonly isCut: boolean;
}

/** A search ends there unless it is told otherwise. */
const MOST_STATES = 2_000_000;

/**
 * Searches all moments that runs can bring about: each run takes one of the courses, may be cut off after every instance that it has changed, and be followed by
 * any other, the same one again or the way back. Two moments with the same number of instances at each release are the same one.
 *
 * @param releases - every release that a fleet is at or comes to, oldest first
 */
export function searchMoments(
  fleets: readonly Fleet[],
  courses: readonly Course[],
  releases: readonly string[],
  most = MOST_STATES,
): Searched {
  const shapes = fleets.map((fleet) => new Shape(fleet, releases));
  const plans = courses.map((course) => compile(course, shapes, releases));
  const weights = weightsOf(shapes);
  const sizes = shapes.map(({ size }) => size);
  const begin = shapes.reduce((key, { start }, fleet) => key + start * (weights[fleet] ?? 0), 0);
  // What has been reached, with the course that has led there first: it says the moment in words.
  const seen = new Map<number, number>([[begin, -1]]);
  const queue: number[] = [begin];
  for (let head = 0; head < queue.length; head += 1) {
    const key = queue[head] ?? 0;
    const state = decode(key, weights, sizes);
    const masks = state.map((index, fleet) => shapes[fleet]?.masks[index] ?? 0);
    const now = coreOf(masks, shapes);
    const skew = judgeMoment(masks, now, fleets, releases);
    if (skew !== undefined) {
      const course = courses[seen.get(key) ?? -1]?.name;
      const where = wordsOf(masks, fleets, releases);
      const moment = course === undefined ? "now" : `in ${course}, with ${where}`;
      return { states: seen.size, offence: { ...skew, moment }, isCut: false };
    }
    if (seen.size >= most) return { states: seen.size, offence: undefined, isCut: true };
    for (let course = 0; course < plans.length; course += 1) {
      const plan = plans[course];
      if (plan === undefined || (plan.gated && !mayBegin(plan, masks, now))) continue;
      const { fleet, moves } = movesOf(plan, state, shapes) ?? { fleet: 0, moves: [] };
      for (const by of moves) {
        const reached = key + by * (weights[fleet] ?? 0);
        if (seen.has(reached)) continue;
        seen.set(reached, course);
        queue.push(reached);
      }
    }
  }
  return { states: seen.size, offence: undefined, isCut: false };
}

/** A course with its releases as places in the list of all of them. */
interface Compiled {
  readonly stages: readonly {
    readonly fleet: number;
    readonly to: number;
    readonly only: Stage["only"];
  }[];
  readonly gated: boolean;
  /** Releases to which it brings what belongs to the API, and all else. */
  readonly core: Bits;
  readonly others: Bits;
  /** Fleets of agents and CLIs that it leaves as they are. */
  readonly left: readonly number[];
}

function compile(course: Course, shapes: readonly Shape[], releases: readonly string[]): Compiled {
  const stages = course.stages.map(({ fleet, to, only }) => ({
    fleet,
    only,
    to: releases.indexOf(to),
  }));
  const isCore = (fleet: number): boolean => PARTS[shapes[fleet]?.part ?? "api"].isCore;
  const bitsOf = (core: boolean): Bits =>
    stages.reduce((bits, { fleet, to }) => (isCore(fleet) === core ? bits | (1 << to) : bits), 0);
  return {
    stages,
    gated: course.gated === true,
    core: bitsOf(true),
    others: bitsOf(false),
    left: shapes.flatMap((_, fleet) =>
      isCore(fleet) || stages.some((stage) => stage.fleet === fleet) ? [] : [fleet],
    ),
  };
}

/** Releases of the API, and of all that belongs to it. */
interface Core {
  readonly api: Bits;
  readonly core: Bits;
}

/**
 * What the gates of a preview ask: a roll of what belongs to the API waits while that is in the middle of a roll between other releases, or while what it does not
 * change itself would be newer; agents and CLIs by themselves wait for an API that is as new.
 */
function mayBegin({ core, others, left }: Compiled, masks: readonly Bits[], now: Core): boolean {
  if (core === 0) return newerThanApi(others, now.api) === 0;
  if (isTornApart(now.core | core)) return false;
  for (const fleet of left) if (newerThanApi(masks[fleet] ?? 0, core) !== 0) return false;
  return true;
}

/** The first stage that is not done, in every way in which one instance can be next. */
function movesOf(
  { stages }: Compiled,
  state: readonly number[],
  shapes: readonly Shape[],
): { readonly fleet: number; readonly moves: readonly number[] } | undefined {
  for (const { fleet, to, only } of stages) {
    const moves = shapes[fleet]?.moves(state[fleet] ?? 0, to, only);
    if (moves !== undefined && moves.length > 0) return { fleet, moves };
  }
  return undefined;
}

/** Every way in which the instances of a fleet can be spread over the releases, and the ways between them. */
class Shape {
  readonly part: Part;
  readonly start: number;
  readonly size: number;
  /** Releases that run, by shape. */
  readonly masks: readonly Bits[];
  private readonly counts: readonly (readonly number[])[];
  private readonly byCounts: ReadonlyMap<string, number>;
  private readonly known = new Map<number, readonly number[]>();

  constructor({ part, versions }: Fleet, releases: readonly string[]) {
    this.part = part;
    this.counts = spreads(versions.length, releases.length);
    this.size = this.counts.length;
    this.byCounts = new Map(this.counts.map((counts, index) => [counts.join(), index]));
    this.masks = this.counts.map((counts) =>
      counts.reduce((bits, count, release) => (count > 0 ? bits | (1 << release) : bits), 0),
    );
    const now = releases.map((release) => versions.filter((version) => version === release).length);
    this.start = this.byCounts.get(now.join()) ?? 0;
  }

  /** By how much the index changes when one instance comes to a release: one entry for each release that it can come from. */
  moves(index: number, to: number, only: Stage["only"]): readonly number[] {
    const key = (index * 32 + to) * 3 + (only === undefined ? 0 : only === "newer" ? 1 : 2);
    const found = this.known.get(key) ?? this.findMoves(index, to, only);
    this.known.set(key, found);
    return found;
  }

  private findMoves(index: number, to: number, only: Stage["only"]): readonly number[] {
    const counts = this.counts[index] ?? [];
    return counts.flatMap((count, from) => {
      if (
        count === 0 ||
        from === to ||
        (only === "newer" ? from < to : only === "older" && from > to)
      )
        return [];
      const next = counts.map(
        (one, release) => one - Number(release === from) + Number(release === to),
      );
      return [(this.byCounts.get(next.join()) ?? index) - index];
    });
  }
}

/** All lists of so many counts that add up to a number. */
const spreads = (number: number, length: number): readonly (readonly number[])[] =>
  length <= 1
    ? [[number]]
    : Array.from({ length: number + 1 }, (_, first) =>
        spreads(number - first, length - 1).map((rest) => [first, ...rest]),
      ).flat();

/** A state is one number: the index of each fleet's shape, times the number of shapes of all fleets before it. */
function weightsOf(shapes: readonly Shape[]): readonly number[] {
  let weight = 1;
  const weights = shapes.map(({ size }) => {
    const own = weight;
    weight *= size;
    return own;
  });
  if (!Number.isSafeInteger(weight)) throw new Error("more moments than a number can tell apart");
  return weights;
}

const decode = (key: number, weights: readonly number[], sizes: readonly number[]): number[] =>
  weights.map((weight, fleet) => Math.floor(key / weight) % (sizes[fleet] ?? 1));

function coreOf(masks: readonly Bits[], shapes: readonly Shape[]): Core {
  let [api, core] = [0, 0];
  for (let fleet = 0; fleet < masks.length; fleet += 1) {
    const part = shapes[fleet]?.part ?? "api";
    if (part === "api") api |= masks[fleet] ?? 0;
    if (PARTS[part].isCore) core |= masks[fleet] ?? 0;
  }
  return { api, core };
}

/** Holds one moment against the rules; between the instances of a roll, what belongs together may be of two releases. */
function judgeMoment(
  masks: readonly Bits[],
  { api, core }: Core,
  fleets: readonly Fleet[],
  releases: readonly string[],
): Skew | undefined {
  for (let fleet = 0; fleet < masks.length; fleet += 1) {
    const { part = "api", name = "" } = fleets[fleet] ?? {};
    if (PARTS[part].isCore) continue;
    const newer = newerThanApi(masks[fleet] ?? 0, api);
    if (newer === 0) continue;
    const lowest = releases[31 - Math.clz32(api & -api)] ?? "";
    const found = `${name} ${releases[31 - Math.clz32(newer)] ?? ""} beside API ${lowest}`;
    return { rule: PARTS[part].rule, kind: "broken", found, expected: `at most ${lowest}` };
  }
  if (!isTornApart(core)) return undefined;
  const found = `${namesIn(core, releases).join(", ")} side by side in API, bridge, proxy and web`;
  const expected = "the release before and the wanted one, and no third";
  return { rule: "B-32", kind: "broken", found, expected };
}

const namesIn = (bits: Bits, releases: readonly string[]): readonly string[] =>
  releases.filter((_, release) => (bits & (1 << release)) !== 0);

const wordsOf = (masks: readonly Bits[], fleets: readonly Fleet[], releases: readonly string[]) =>
  fleets
    .flatMap(({ name }, fleet) => {
      const names = namesIn(masks[fleet] ?? 0, releases);
      return names.length === 0 ? [] : [`${name} at ${names.join(" and ")}`];
    })
    .join(", ");
