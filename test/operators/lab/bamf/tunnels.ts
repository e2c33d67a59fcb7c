import { setTimeout as sleep } from "node:timers/promises";
import type { BamfStage } from "../../../e2e/bamf-stage";
import { chartsResource, foreignResource } from "../../../lab/bamf/around";
import type { About } from "../../../lab/bamf/report";
import type { Users } from "../../../lab/bamf/users";
import { STACK, type StackFile } from "../gateway";
import type { Ended } from "../laws";
import type { OfBamf } from "../operation";

/** Longest time for which a tunnel may stand still that comes back, in milliseconds (docs/rolling-bridges.md). */
const STALLS_MS = 45_000;
/** Pause between further tunnels, which end by themselves. */
const OPEN_EVERY_MS = 1500;

/** Tunnels that somebody has lost: by an id, in words. */
type Lost = ReadonlyMap<string, string>;

/** Everybody who has tunnels open, and what has become of those. */
export interface Crowd {
  /** @throws Error where they cannot be opened. */
  readonly open: (about: Pick<Opens, "tunnels" | "through">) => Promise<void>;
  readonly goHome: () => Promise<void>;
  /** What was lost so far; a tunnel that stands still gets its time first. */
  readonly lost: () => Promise<Lost>;
}

type Opens = Extract<OfBamf, { kind: "users open tunnels" }>;

const RESOURCES = { foreign: foreignResource, chart: chartsResource } as const;

/** Nobody is there yet. */
export function crowdOf(stage: Pick<BamfStage, "users">): Crowd {
  const here = new Map<number, Users>();
  const gone = new Map<string, string>();
  let came = 0;
  const inState = async (...states: readonly About["state"][]): Promise<Lost> => {
    const found = [...here].map(async ([group, { report }]) =>
      (await report()).tunnels
        .filter(({ state }) => states.includes(state))
        .map((tunnel) => [`${group}-${tunnel.number}`, inWords(tunnel)] as const),
    );
    return new Map((await Promise.all(found)).flat());
  };
  return {
    open: async ({ tunnels, through }) => {
      // Those that pass go through the agent elsewhere alone: an agent of the chart could never be stopped while they come.
      const openEveryMs = through === "foreign" ? OPEN_EVERY_MS : 0;
      const flags = ["-resource", RESOURCES[through]];
      here.set((came += 1), await stage.users(STACK, { hold: tunnels, openEveryMs, flags }));
    },
    goHome: async () => {
      for (const [id, words] of await inState("cut", "frozen")) gone.set(id, words);
      await Promise.all([...here.values()].map((users) => users.stop()));
      here.clear();
    },
    lost: async () => {
      const end = Date.now() + STALLS_MS;
      while ((await inState("frozen")).size > 0 && Date.now() < end) await sleep(1000);
      return new Map([...gone, ...(await inState("cut", "frozen"))]);
    },
  };
}

const inWords = ({ number, state, why = "", bridges, held }: About): string =>
  `${held ? "held" : "passing"} tunnel ${number} over ${bridges.join(", ")} is ${state} ${why}`.trim();

/** Most tunnels that policy and consent let one run cut: on bridges, and through agents again. */
export const allowedCuts = ({
  release,
  policy,
  cut,
}: Pick<StackFile, "release" | "policy" | "cut">): number =>
  policy === "cut" && cut?.release === release ? 2 * cut.sessions : 0;

/**
 * The law of BAMF: no tunnel is cut without a policy that allows it, since the law was asked before. What a killed run has started may go on without it, by what
 * the stack file said then.
 */
export function tunnelLaw({ lost }: Pick<Crowd, "lost">) {
  const known = new Set<string>();
  let left = 0;
  return async (
    file: Pick<StackFile, "release" | "policy" | "cut">,
    ended: Ended,
  ): Promise<readonly string[]> => {
    const fresh = [...(await lost())].filter(([id]) => !known.has(id));
    const allowed = left + allowedCuts(file);
    for (const [id] of fresh) known.add(id);
    left = ended.kind === "killed" ? allowed : 0;
    const words = fresh.map(([, one]) => one).slice(0, 3);
    return fresh.length <= allowed
      ? []
      : [`T: ${fresh.length} tunnels lost, of ${allowed} that might be: ${words.join("; ")}`];
  };
}
