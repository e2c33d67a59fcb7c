import { gate, type Finding } from "../../upgrade/finding";
import { describeLimits, inWords, limitSeconds, PARTS, type Part, type Roll } from "../time-limits";

const { pass, warn } = gate("time-limits");

/** What this gate looks at. */
export interface TimeLimitsArgs {
  /** What would be replaced, by the part of the product; a part that is not there is left out. */
  readonly rolls: Readonly<Partial<Record<Part, Roll>>>;
  /** Longest that the program waits for sessions before it stops one bridge, or the agents, in seconds; undefined if it waits until they have ended. */
  readonly waitSeconds: number | undefined;
  /** True if nothing is to change. */
  readonly settled: boolean;
  /** Config path of the version. */
  readonly at: string;
}

/**
 * Says how long a roll may take if sessions stay, so that nobody ends it early: five or ten minutes, as elsewhere, are a stop in the middle of a bridge (T-23, B-17).
 */
export function timeLimits({
  rolls,
  waitSeconds,
  settled,
  at,
}: TimeLimitsArgs): readonly Finding[] {
  const bridges = rolls.bridge?.replicas ?? 0;
  const waits = bridges + ((rolls.agent?.replicas ?? 0) > 0 ? 1 : 0);
  const total = PARTS.reduce(
    (sum, part) => sum + (rolls[part] === undefined ? 0 : limitSeconds(rolls[part])),
    waits * (waitSeconds ?? 0),
  );
  if (total === 0) return [pass({ at, found: "nothing that could be rolled out" })];
  const words = [...describeLimits(rolls), ...waiting(bridges, waits > bridges, waitSeconds)].join(
    "; ",
  );
  const isEndless = waits > 0 && waitSeconds === undefined;
  if (settled) return [pass({ at, found: `nothing to roll out; else ${words}` })];
  return [
    warn({
      at,
      found: `a roll that may take ${inWords(total)}${isEndless ? " and more" : ""}: ${words}`,
      expected: "a run that is given that time",
      fix: "let the job that runs pulumi up last at least that long; mostly it ends far sooner",
    }),
  ];
}

/** What the program waits before it stops a bridge, which its own limit does not hold; agents have their time together. */
const waiting = (
  bridges: number,
  agents: boolean,
  seconds: number | undefined,
): readonly string[] => {
  if (seconds === 0) return [];
  const endless = seconds === undefined;
  const before = (what: string, total: number) =>
    `before the ${what} up to ${inWords(total)} for sessions to end`;
  return [
    ...(bridges === 0
      ? []
      : [
          endless
            ? "before each bridge as long as its sessions last"
            : before("bridges", bridges * seconds),
        ]),
    ...(agents
      ? [endless ? "before the agents as long as their sessions last" : before("agents", seconds)]
      : []),
  ];
};
