import { PARTS, type Part } from "./rule";
import type { Course, Fleet, Stage } from "./moments";

/** The order in which the waves of the chart bring a release, up as well as back (B-34). */
const WAVES: readonly Part[] = ["api", "bridge", "proxy", "web", "agent"];

/**
 * What a run of this program does to what runs in the cluster: wave by wave, in one order whichever way it goes. Agents on hosts and CLIs stay as they are.
 *
 * @param name - for messages
 */
export const courseOfWaves = (name: string, fleets: readonly Fleet[], release: string): Course => ({
  name,
  stages: WAVES.flatMap((part) => stagesOf(fleets, part, release)),
});

/**
 * The order in which no rule is ever broken by the parts that it changes: what may not be newer than the API and is, comes down before it, the last one first; then all that belongs to the
 * API; then what is older comes up, agents of the chart before agents on hosts, group by group, and CLIs at last. It is not begun while what belongs to the API is in the middle of
 * a roll between other releases: that one is ended first, or taken back.
 *
 * @param fleets - in the order in which they come up
 * @param parts - what it changes. @defaultValue all
 */
export function courseWithoutSkew(
  name: string,
  fleets: readonly Fleet[],
  release: string,
  parts: readonly Part[] = Object.keys(PARTS) as Part[],
): Course {
  const dependent = parts.filter((part) => !PARTS[part].isCore);
  const core = parts.filter((part) => PARTS[part].isCore);
  const up = dependent.flatMap((part) => stagesOf(fleets, part, release));
  return {
    name,
    gated: true,
    stages: [
      ...up.toReversed().map((stage): Stage => ({ ...stage, only: "newer" })),
      ...core.flatMap((part) => stagesOf(fleets, part, release)),
      ...up,
    ],
  };
}

/** Brings the instances of some parts alone, if the API is as new: agents on hosts, or CLIs. */
export const courseBehindApi = (
  name: string,
  fleets: readonly Fleet[],
  parts: readonly Part[],
  release: string,
): Course => ({
  name,
  gated: true,
  stages: parts.flatMap((part) => stagesOf(fleets, part, release)),
});

const stagesOf = (fleets: readonly Fleet[], part: Part, to: string): readonly Stage[] =>
  fleets.flatMap((one, fleet) => (one.part === part ? [{ fleet, to }] : []));
