import { compare, gt, lt, valid } from "semver";
import { gate, type Finding } from "../../../upgrade/finding";
import type { Observation } from "../../../upgrade/observation";
import type { Consent } from "../../../upgrade/plan/consent";
import { courseOfWaves } from "../../skew/courses";
import { searchMoments, type Fleet, type Offence } from "../../skew/moments";
import { PARTS } from "../../skew/rule";

const { pass, warn, block } = gate("skew-on-the-way");

/** What runs apart from the API and may not be newer: agents that change together, or a CLI. */
export interface ApartFleet {
  /** `group web`, `CLI at /usr/local/bin/bamf` */
  readonly name: string;
  /** Releases that run. */
  readonly releases: readonly string[];
  /** Releases of those that are out of reach, as they were verified last. */
  readonly lastSeen: readonly string[];
  /** Those of which nobody can tell the release, by their names. */
  readonly unknown: readonly string[];
}

/** What this gate looks at. */
export interface SkewOnTheWayArgs {
  readonly part: "host" | "cli";
  readonly fleets: readonly ApartFleet[];
  /** The release to which this run brings them. */
  readonly to: string;
  /** The release that the API was verified at last. */
  readonly api: Observation<string | undefined> | undefined;
  /** The releases that its pods run or start now; undefined where nobody can look. */
  readonly live: Observation<readonly string[]> | undefined;
  /** The release to which this very run brings the API; undefined if that is not in this stack. */
  readonly apiTo: string | undefined;
  /** `gateway bamf of this stack` */
  readonly words: string | undefined;
  readonly consent: Consent | undefined;
  /** Config path of the release, and of the consent. */
  readonly at: string;
  readonly consentAt: string;
}

/**
 * Searches every moment of a run that changes the API and what runs apart from it, in whatever order the two get on and wherever they are cut off, for one at which something is newer than
 * the API (B-30, B-31). What such a run reaches lies between the releases of now and the wanted ones, and so does its way back. The API begins at what runs of it; where nobody can look, at what was
 * verified of it last.
 *
 * Source: BAMF guide, "Version Compatibility".
 */
export function skewOnTheWay(args: SkewOnTheWayArgs): readonly Finding[] {
  const { apiTo, words = "", to, at } = args;
  const from = releasesNow(args);
  // Of an API of which nothing is known the gate behind-api speaks.
  if (apiTo === undefined || from.length === 0) return [];
  const seen = search(args, from, apiTo, ({ releases }) => releases);
  if (seen !== undefined) return [offended(args, { from, apiTo }, seen)];
  const brought = search(args, from, apiTo, (fleet) => broughtOf(fleet, to));
  // Of an API that is not as new yet the gate behind-api speaks.
  if (brought !== undefined && brought.moment !== NOW)
    return [offended(args, { from, apiTo }, brought)];
  const lost = search(args, from, apiTo, ({ releases, lastSeen }) => [...releases, ...lastSeen]);
  const told = [
    ...(lost === undefined ? [] : [outOfReach(args, apiTo, lost)]),
    ...untold(args, { from, apiTo }),
  ];
  if (told.length > 0) return told;
  const found = `${WHAT[args.part]} at most of the API's release at every moment on the way of ${words} from ${from.join(" and ")} to ${apiTo}, and theirs to ${to}`;
  return [pass({ at, found })];
}

/** The releases at which the API is, oldest first. */
function releasesNow({ api, live }: SkewOnTheWayArgs): readonly string[] {
  const running = live?.observed === true ? live.value.filter((one) => valid(one) !== null) : [];
  if (running.length > 0) return running.toSorted(compare);
  return api?.observed === true && api.value !== undefined ? [api.value] : [];
}

/** What nobody knows, or is not there yet, comes to the wanted release as well; what is out of reach does not. */
const broughtOf = ({ unknown, releases, lastSeen }: ApartFleet, to: string): readonly string[] =>
  unknown.length > 0 || releases.length + lastSeen.length === 0 ? [to] : [];

/** Before anything has changed, in the words of a search. */
const NOW = "now";

/** The first moment at which a rule is broken. */
function search(
  { part, fleets, to, words = "" }: SkewOnTheWayArgs,
  from: readonly string[],
  apiTo: string,
  releasesOf: (fleet: ApartFleet) => readonly string[],
): Offence | undefined {
  const apart = fleets.map((fleet) => ({ name: fleet.name, releases: releasesOf(fleet) }));
  const together = { name: WHAT[part], releases: apart.flatMap((fleet) => fleet.releases) };
  const found = apart.length > MOST_FLEETS ? [together] : apart;
  const all: readonly Fleet[] = [
    { part: "api", name: "API", versions: twice(from) },
    ...found.map(({ name, releases }) => ({ part, name, versions: twice(releases) })),
  ];
  const releases = [...from, apiTo, to, ...found.flatMap((one) => one.releases)];
  const stages = found.map((_, index) => ({ fleet: index + 1, to }));
  const courses = [
    courseOfWaves(`the way of ${words} to ${apiTo}`, all, apiTo),
    { name: `the way of the ${WHAT[part]} to ${to}`, stages },
  ];
  return searchMoments(all, courses, [...new Set(releases)].sort(compare)).offence;
}

/** Of more groups than these one says only that some agent of them is newer. */
const MOST_FLEETS = 8;

/** Two instances of each release show all that any number of them can: none, some or all of them changed. */
const twice = (releases: readonly string[]): readonly string[] =>
  [...new Set(releases)].flatMap((release) => [release, release]);

const WHAT = { host: "agents", cli: "CLI" } as const;

/** The way of the API. */
interface OwnWay {
  readonly from: readonly string[];
  readonly apiTo: string;
}

const isDown = ({ from, apiTo }: OwnWay): boolean => from.some((release) => lt(apiTo, release));

function offended(
  { part, words = "", to, consent, at, consentAt }: SkewOnTheWayArgs,
  { from, apiTo }: OwnWay,
  { found, expected, moment, rule }: Offence,
): Finding {
  const said = { at, found: `${found}, ${moment}`, expected: `${expected} (${rule})` };
  const what = WHAT[part];
  // It is so already, and this run mends it.
  if (moment === NOW && !gt(to, apiTo) && !isDown({ from, apiTo }))
    return warn({
      ...said,
      fix: `nothing; this run brings the ${what} to ${to} and ${words} to ${apiTo}`,
    });
  if (consent?.release === apiTo)
    return warn({ ...said, at: consentAt, fix: `nothing; consented: ${consent.reason}` });
  const order = isDown({ from, apiTo })
    ? `bring the ${what} to ${apiTo} or an older release first, with ${words} at ${from.at(-1) ?? ""}, then ${words} back to ${apiTo}`
    : `bring ${words} to ${apiTo} first, then the ${what}`;
  // It holds a run that changes the API alone as well: nothing changes for whoever asks.
  const stands = from.some((release) => release !== apiTo);
  return block({ ...said, stands, fix: `${order}; or consent to it for ${apiTo} at ${consentAt}` });
}

const outOfReach = (
  { part, at }: SkewOnTheWayArgs,
  apiTo: string,
  { found, moment, expected, rule }: Offence,
): Finding =>
  warn({
    at,
    found: `out of reach, and as it was verified last ${found}, ${moment}`,
    expected: `${expected} (${rule})`,
    fix: `see to it that what is out of reach comes back at ${apiTo} or an older release: the next run brings the ${WHAT[part]} there`,
  });

/** Whoever cannot tell its release may be newer than an API that goes back. */
const untold = (
  { part, fleets, at }: SkewOnTheWayArgs,
  { from, apiTo }: OwnWay,
): readonly Finding[] => {
  const names = fleets.flatMap(({ unknown }) => unknown);
  if (names.length === 0 || !isDown({ from, apiTo })) return [];
  return [
    warn({
      at,
      found: `nobody can tell the release of ${names.join(", ")}, while the API goes back to ${apiTo}`,
      expected: `at most ${apiTo} (${PARTS[part].rule})`,
      fix: "see which release runs there before the API goes back",
    }),
  ];
};
