import { readFile } from "node:fs/promises";
import { once } from "../../upgrade/once";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { ReplacedInstances } from "../../upgrade/evidence/replaced-instances";
import { placeOfAsset } from "../facts/assets";
import type { HostFacts } from "../facts/host-facts";
import type { WantedBinary } from "../plan/judge-host";
import { hostsOverSsh } from "../roll/over-ssh";
import { rollGroups, type HostsAccess, type RolledHost } from "../roll/roll-groups";
import { fileFor, reachedHosts } from "./place";
import type { HostsRolloutTask } from "./rollout-input";

/** What the rollout step on hosts leaves behind. */
export interface HostsRolloutResult {
  /** Hosts at the release, by group. */
  readonly ready: Readonly<Record<string, number>>;
  /** What became of each host that was swapped, and of the tunnels through it; left out if there is none. */
  readonly replaced?: ReplacedInstances;
  /** Hosts out of reach, as many as their groups allow. */
  readonly missing: readonly string[];
  readonly seconds: number;
}

/**
 * Brings the last of the groups to the release, once those before it are there: what rolls a Deployment's pods, for hosts (B-36 to B-38). It looks first, so that a run that was killed
 * is run again and does what is left to do.
 *
 * @throws StepFailure with the host and its reason once it halts; no further host was touched
 */
export async function runHostsRollout(
  task: HostsRolloutTask,
  io: StepIo,
  access: HostsAccess = overSsh(task, io),
): Promise<HostsRolloutResult> {
  const started = Date.now();
  const { groups, later, tunnels } = task;
  const { hosts, missing } = await rollGroups(
    {
      groups,
      later,
      wanted: (facts) => wantedOn(task, facts),
      tunnels: { ...tunnels, consented: new Map(Object.entries(tunnels.consented)) },
    },
    access,
    io,
  );
  const own = groups.at(-1)?.name ?? "";
  const replaced = hosts.filter(({ group, isSwapped }) => isSwapped && group === own);
  for (const one of replaced) io.say(describe(one));
  return {
    ready: Object.fromEntries(
      groups.map(({ name }) => [name, hosts.filter(({ group }) => group === name).length]),
    ),
    ...(replaced.length === 0 ? {} : { replaced: { [own]: replaced.map(inEvidence) } }),
    missing,
    seconds: Math.round((Date.now() - started) / 1000),
  };
}

function wantedOn(task: HostsRolloutTask, { machine }: HostFacts): WantedBinary | string {
  const file = fileFor(task, machine);
  const { release, retry } = task;
  // The host itself refuses what its disk has no room for.
  return typeof file === "string" ? file : { release, sha256: file.sha256, sizeKiB: 0, retry };
}

const describe = ({ host, seconds, tunnels }: RolledHost): string =>
  `${host} is swapped after ${seconds} s${tunnels === undefined || tunnels === 0 ? "" : `: ${tunnels} tunnels cut`}`;

/** Every stop of an agent cuts all of its tunnels: none is kept. */
const inEvidence = ({ host, seconds, tunnels }: RolledHost) => ({
  instance: host,
  seconds,
  ...(tunnels === undefined ? {} : { found: tunnels, atStop: tunnels, kept: 0, cut: tunnels }),
});

function overSsh(task: HostsRolloutTask, io: StepIo): HostsAccess {
  const { from, release, ready, readyWithinSeconds, answerWithinSeconds, sums } = task;
  const read = once((path: string) => readFile(path));
  const placeOf = (sha256: string) => {
    const asset = Object.entries(sums).find(([, sum]) => sum === sha256)?.[0] ?? "";
    return placeOfAsset(from, release, asset);
  };
  const options = { ready, withinSeconds: readyWithinSeconds, lookSeconds: answerWithinSeconds };
  const source =
    from.url === undefined
      ? {
          binary: async (sha256: string) => {
            const at = placeOf(sha256);
            if (!("path" in at)) throw new Error(`${at.url} is no file of this machine`);
            return read(at.path).catch((error: unknown) => {
              throw new StepFailure(
                `no file for the hosts: ${String(error)}`,
                "see that it is there, then run the upgrade again",
              );
            });
          },
        }
      : {
          url: (sha256: string) => {
            const at = placeOf(sha256);
            return "url" in at ? at.url : at.path;
          },
        };
  return hostsOverSsh(reachedHosts(task), { ...options, ...source }, io.signal);
}
