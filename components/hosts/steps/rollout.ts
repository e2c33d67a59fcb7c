import { readFile } from "node:fs/promises";
import { once } from "../../upgrade/once";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { ReplacedInstances } from "../../upgrade/evidence/replaced-instances";
import { placeOfAsset } from "../facts/assets";
import type { HostFacts } from "../facts/host-facts";
import { renewsAtStart, type WantedBinary } from "../plan/judge-host";
import { hostsOverSsh } from "../roll/over-ssh";
import type { HostsAccess, RolledHost } from "../roll/hosts-access";
import { rollGroups } from "../roll/roll-groups";
import { ClaimedHosts, claimOverSsh, type ClaimOnHost } from "./claim-hosts";
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
 * @param everySeconds - pause between two looks at a host with open tunnels. @defaultValue 5
 * @throws StepFailure with the host and its reason once it halts; no further host was touched
 */
export async function runHostsRollout(
  task: HostsRolloutTask,
  io: StepIo,
  access: HostsAccess = overSsh(task, io),
  claim: ClaimOnHost = claimOverSsh(task),
  everySeconds?: number,
): Promise<HostsRolloutResult> {
  const started = performance.now();
  const claimed = new ClaimedHosts(bearingRenewal(access, io), task, claim);
  const { groups, later, tunnels } = task;
  const { hosts, missing } = await rollGroups(
    {
      groups,
      later,
      wanted: (facts) => wantedOn(task, facts),
      tunnels: { ...tunnels, consented: new Map(Object.entries(tunnels.consented)) },
      everySeconds,
    },
    claimed,
    io,
  );
  const own = groups.at(-1)?.name ?? "";
  const ofGroup = hosts.filter(({ group }) => group === own);
  const replaced = ofGroup.filter(({ isSwapped }) => isSwapped);
  const left = ofGroup.filter(({ isSwapped }) => !isSwapped);
  await claimed.note(
    left.map(({ host }) => host),
    io,
  );
  for (const one of replaced) io.say(describe(one));
  return {
    ready: Object.fromEntries(
      groups.map(({ name }) => [name, hosts.filter(({ group }) => group === name).length]),
    ),
    ...(replaced.length === 0 ? {} : { replaced: { [own]: replaced.map(inEvidence) } }),
    missing,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

/** A certificate that an agent renews as it starts does not halt as that of one that has joined anew does. */
function bearingRenewal(access: HostsAccess, io: StepIo): HostsAccess {
  const renewing = new Map<string, boolean>();
  return {
    ...access,
    look: async (host) => {
      const facts = await access.look(host);
      renewing.set(host, renewsAtStart(facts));
      return facts;
    },
    swap: async (host, wanted) => {
      const swapped = await access.swap(host, wanted);
      if (swapped.identity !== "changed" || renewing.get(host) !== true) return swapped;
      io.say(`${host}: another certificate, which was past half of its life and due as it started`);
      return { ...swapped, identity: "unknown" };
    },
  };
}

function wantedOn(task: HostsRolloutTask, { machine }: HostFacts): WantedBinary | string {
  const file = fileFor(task, machine);
  const { release, retry } = task;
  // The host itself refuses what its disk has no room for.
  return typeof file === "string" ? file : { release, sha256: file.sha256, sizeKiB: 0, retry };
}

const describe = ({ host, seconds, tunnels, isBeside }: RolledHost): string =>
  [
    `${host} is swapped after ${seconds} s`,
    ...(isBeside ? ["with a second instance beside"] : []),
    ...(tunnels === undefined || tunnels === 0 ? [] : [`${tunnels} tunnels cut`]),
  ].join(", ");

/** Every stop of an agent cuts all of its tunnels: none is kept. */
const inEvidence = ({ host, seconds, tunnels, found = tunnels, isBeside }: RolledHost) => ({
  instance: host,
  seconds,
  ...(isBeside ? { beside: true } : {}),
  ...(tunnels === undefined ? {} : { found, atStop: tunnels, kept: 0, cut: tunnels }),
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
