import { setTimeout as pause } from "node:timers/promises";
import {
  besideResult,
  bringProgram,
  dismissBeside,
  forgetFailure,
  lookAtAgent,
  stageAgent,
  startBeside,
  startSwap,
  swapResult,
  type WantedAgent,
} from "../api/agent-program";
import { HostFailure, LOOK_SECONDS, type HostAddress } from "../api/run-on-host";
import { hostFacts } from "../facts/host-facts";
import { valueOf, type HostLines } from "../facts/host-lines";
import type { BesideOutcome } from "../plan/beside";
import type { HostsAccess, SwapOutcome } from "./hosts-access";

/** A host with its unit. */
export interface HostWithUnit extends HostAddress {
  readonly unit: string;
  /** True if a second instance may run beside its agent. @defaultValue false */
  readonly beside?: boolean | undefined;
}

/** How a swap is done. */
export interface SwapOptions {
  /** Binary that has this sum, to be sent; undefined if hosts fetch it from {@link SwapOptions.url}. */
  readonly binary?: ((sha256: string) => Promise<Uint8Array>) | undefined;
  /** Address from which a host fetches it. */
  readonly url?: ((sha256: string) => string) | undefined;
  /** Address on each host that answers once its agent is ready; `-` for none. */
  readonly ready: string;
  /** How long an agent may take to come up, in seconds; then its host puts the old one back. */
  readonly withinSeconds: number;
  /** Longest look at a host, in seconds. @defaultValue 15 */
  readonly lookSeconds?: number | undefined;
}

/** Beside the time for the new agent: that of the old one to come back, and of the host to begin. */
const SPARE_SECONDS = 60;
/** A host that does not answer for so long in the middle of a swap is given up; it ends the swap without us. */
const SILENT_SECONDS = 60;

/** Reaches hosts by SSH, each by the key that the stack file pins for it. */
export function hostsOverSsh(
  hosts: ReadonlyMap<string, HostWithUnit>,
  options: SwapOptions,
  signal?: AbortSignal,
): HostsAccess {
  const at = (name: string): HostWithUnit => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`${name} is not in the inventory`);
    return host;
  };
  const asked = { seconds: options.withinSeconds + SPARE_SECONDS, signal };
  return {
    look: async (name) => {
      const { lookSeconds: limitSeconds = LOOK_SECONDS } = options;
      return hostFacts(await lookAtAgent(at(name), at(name).unit, { limitSeconds, signal }));
    },
    stage: async (name, { release, sha256 }) => {
      const host = at(name);
      const agent = { unit: host.unit, release, sha256 };
      await bringProgram(host, { signal });
      const staged = await unlessBusy(() => stage(host, agent, options, signal), asked);
      return valueOf(staged, "outcome") === "staged" ? undefined : outcomeOf(staged).reason;
    },
    beside: async (name, { release, sha256, retry = false }) => {
      const host = at(name);
      if (host.beside !== true) return undefined;
      const agent = { unit: host.unit, release, sha256 };
      if (retry) await unlessBusy(() => forgetFailure(host, agent), asked);
      const started = await unlessBusy(() => startBeside(host, agent, options), asked);
      if (valueOf(started, "outcome") !== "started") return besideOf(started);
      return besideOf(await endOf(() => besideResult(host, host.unit), options, signal));
    },
    dismiss: async (name) => {
      const host = at(name);
      await bringProgram(host, { signal });
      await unlessBusy(() => dismissBeside(host, host.unit), asked);
    },
    swap: async (name, { release, sha256, retry = false }) => {
      const host = at(name);
      const agent = { unit: host.unit, release, sha256 };
      if (retry) await unlessBusy(() => forgetFailure(host, agent), asked);
      const started = await unlessBusy(() => startSwap(host, agent, options), asked);
      if (valueOf(started, "outcome") !== "started") return outcomeOf(started);
      return outcomeOf(await endOf(() => swapResult(host, host.unit), options, signal));
    },
  };
}

/** Asks again while a swap is at work that another run has started: it ends by itself, and what is left to do is done then. Limits here go by a clock that nobody sets. */
async function unlessBusy(
  ask: () => Promise<HostLines>,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal | undefined },
): Promise<HostLines> {
  for (const until = performance.now() + seconds * 1000; ;) {
    const answer = await ask();
    if (valueOf(answer, "outcome") !== "busy" || performance.now() > until) return answer;
    await pause(500, undefined, { signal });
  }
}

/** What the host has is asked for first: nothing is sent on the way back. */
async function stage(
  host: HostWithUnit,
  agent: WantedAgent,
  { binary, url }: SwapOptions,
  signal: AbortSignal | undefined,
): Promise<HostLines> {
  const there = await stageAgent(host, agent, {}, signal);
  if (valueOf(there, "outcome") !== "refused") return there;
  const from = {
    ...(binary === undefined ? {} : { binary: await binary(agent.sha256) }),
    ...(url === undefined ? {} : { url: url(agent.sha256) }),
  };
  return stageAgent(host, agent, from, signal);
}

/** Asks a host again and again until it knows what has become of what it was told. */
async function endOf(
  ask: () => Promise<HostLines>,
  { withinSeconds }: SwapOptions,
  signal: AbortSignal | undefined,
): Promise<HostLines> {
  const until = performance.now() + (withinSeconds + SPARE_SECONDS) * 1000;
  let heard = performance.now();
  for (;;) {
    try {
      const result = await ask();
      heard = performance.now();
      if (valueOf(result, "outcome") !== "none") return result;
    } catch (error) {
      const isSilent = error instanceof HostFailure && error.isUnreachable;
      if (!isSilent || performance.now() - heard > SILENT_SECONDS * 1000) throw error;
    }
    if (performance.now() > until)
      throw new HostFailure(`no verdict after ${withinSeconds + SPARE_SECONDS} s`, false);
    await pause(500, undefined, { signal });
  }
}

const OUTCOMES = ["swapped", "swapped-back", "refused", "failed"] as const;
const BESIDE_OUTCOMES = ["leads", "failed"] as const;
const IDENTITIES = ["kept", "changed"] as const;

const besideOf = (lines: HostLines): BesideOutcome => ({
  outcome: BESIDE_OUTCOMES.find((one) => one === valueOf(lines, "outcome")) ?? "cannot",
  reason: valueOf(lines, "reason") ?? "the host does not say why",
});

function outcomeOf(lines: HostLines): SwapOutcome {
  const said = valueOf(lines, "outcome");
  const identity = valueOf(lines, "identity");
  return {
    outcome: OUTCOMES.find((one) => one === said) ?? "failed",
    reason: valueOf(lines, "reason") ?? `the host says ${said ?? "nothing"}`,
    identity: IDENTITIES.find((one) => one === identity) ?? "unknown",
  };
}
