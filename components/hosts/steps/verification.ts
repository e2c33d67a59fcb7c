import { setTimeout as pause } from "node:timers/promises";
import pMap from "p-map";
import { hostChecksOf } from "../../checks";
import type { CheckResult } from "../../upgrade/checks";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { lookAtAgent } from "../api/agent-program";
import { HOSTS_AT_ONCE } from "../api/run-on-host";
import { hostFacts, type HostFacts } from "../facts/host-facts";
import { leavingInWords } from "../plan/beside";
import { mostMissing } from "../plan/groups";
import { releaseFaults } from "../plan/judge-release";
import { fileFor, reachedHosts, type HostsOfStep } from "./place";
import type { HostsVerificationTask } from "./verification-input";

/**
 * Checks what only the product knows of its agents. Changes nothing.
 *
 * @param hosts - names of those that are at the release
 * @param options - what this product's checks are told
 */
export type RunHostChecks = (
  hosts: readonly string[],
  options: Readonly<Record<string, unknown>>,
  io: StepIo,
) => Promise<CheckResult>;

/** What the step looks with. */
export interface HostEyes {
  /** Fails if the host does not answer in time. */
  readonly look: (host: string) => Promise<HostFacts>;
  readonly checks: (kind: string) => Promise<RunHostChecks>;
}

/**
 * Watches the agents for a while, and then either vouches for the release or names everything that speaks against it, with the way back. Changes nothing.
 *
 * @throws StepFailure with all faults; the release keeps running
 */
export async function runHostsVerification(
  task: HostsVerificationTask,
  io: StepIo,
  eyes: HostEyes = overSsh(task, io),
): Promise<Evidence> {
  const first = await lookAtAll(task, eyes);
  io.say(`watching ${first.seen.size} agents for ${task.seconds} s`);
  await pause(task.seconds * 1000, undefined, { signal: io.signal });
  const last = await lookAtAll(task, eyes);
  const ofRelease = [...last.seen].flatMap(([name, facts]) => {
    const wanted = fileFor(task, facts.machine);
    return releaseFaults({ name, first: first.seen.get(name) ?? facts, last: facts, wanted });
  });
  const elsewhere = [
    ...missingFaults(task, last.missing),
    ...(await productFaults(task, [...last.seen.keys()], eyes, io)),
  ];
  if (ofRelease.length + elsewhere.length > 0)
    throw new StepFailure(
      `${task.release} is not verified: ${[...elsewhere, ...ofRelease].join("; ")}`,
      ofRelease.length > 0
        ? `mend that there and run pulumi up again; or ${task.wayBack}`
        : `mend that and run pulumi up again, which verifies without a swap; if the release is at fault, ${task.wayBack}`,
    );
  for (const [name, facts] of last.seen) leavingInWords(name, facts).forEach(io.say);
  for (const [name, reason] of last.missing) io.say(`${name} is left out: ${reason}`);
  io.say(`${task.release} is verified on ${last.seen.size} hosts`);
  return evidenceOf(task, last.seen);
}

/** One look at each host. */
interface Looked {
  readonly seen: ReadonlyMap<string, HostFacts>;
  /** Why a host could not be looked at. */
  readonly missing: ReadonlyMap<string, string>;
}

async function lookAtAll({ groups }: HostsOfStep, { look }: HostEyes): Promise<Looked> {
  const [seen, missing] = [new Map<string, HostFacts>(), new Map<string, string>()];
  const names = groups.flatMap(({ hosts }) => hosts);
  await pMap(
    names,
    async (name) => {
      try {
        seen.set(name, await look(name));
      } catch (error) {
        missing.set(name, wordsOf(error));
      }
    },
    { concurrency: HOSTS_AT_ONCE },
  );
  // Side by side they end in any order.
  return { seen: new Map(names.flatMap((name) => entryOf(seen, name))), missing };
}

const entryOf = <T>(of: ReadonlyMap<string, T>, name: string): [string, T][] => {
  const value = of.get(name);
  return value === undefined ? [] : [[name, value]];
};

const missingFaults = ({ groups }: HostsOfStep, missing: Looked["missing"]): readonly string[] =>
  groups.flatMap((group, index) => {
    const gone = group.hosts.filter((host) => missing.has(host));
    return gone.length <= mostMissing(group, index === 0)
      ? []
      : [
          `out of reach, of group ${group.name}: ${gone.map((host) => `${host} (${missing.get(host) ?? ""})`).join(", ")}`,
        ];
  });

async function productFaults(
  { checks }: HostsVerificationTask,
  hosts: readonly string[],
  eyes: HostEyes,
  io: StepIo,
): Promise<readonly string[]> {
  if (checks === undefined) return [];
  const run = await eyes.checks(checks.kind);
  const { faults, said } = await run(hosts, checks.options, io);
  for (const line of said) io.say(line);
  return faults;
}

function evidenceOf(task: HostsVerificationTask, seen: Looked["seen"]): Evidence {
  const digests = task.groups.flatMap(({ name: group, hosts }) =>
    hosts.map((host) => {
      const { running } = seen.get(host) ?? {};
      return [`${group}/${host}`, running === undefined ? "" : `sha256:${running}`] as const;
    }),
  );
  return programEvidence(task, Object.fromEntries(digests));
}

/** The evidence of programs without pods and a database. @param digests - what was found, by its place */
export function programEvidence(
  {
    release,
    sums,
    configHash,
    occasion,
  }: Pick<HostsVerificationTask, "release" | "sums" | "configHash" | "occasion">,
  digests: Evidence["digests"],
): Evidence {
  const images = Object.entries(sums).map(
    ([asset, sum]) => [`${asset}:${release}`, `sha256:${sum}`] as const,
  );
  return {
    version: release,
    digests,
    images: Object.fromEntries(images),
    settings: [],
    configHash,
    ...(occasion === "" ? {} : { occasion }),
    schemaHead: "",
    verifiedAt: new Date().toISOString(),
    probes: { sent: 0, failed: 0 },
    restarts: 0,
  };
}

function overSsh(task: HostsVerificationTask, { signal }: StepIo): HostEyes {
  const hosts = reachedHosts(task);
  return {
    look: async (name) => {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`${name} is not in the inventory`);
      const { answerWithinSeconds: limitSeconds } = task;
      return hostFacts(await lookAtAgent(host, host.unit, { limitSeconds, signal }));
    },
    checks: hostChecksOf,
  };
}
