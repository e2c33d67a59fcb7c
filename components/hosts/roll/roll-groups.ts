import { setTimeout as pause } from "node:timers/promises";
import pMap from "p-map";
import { counted } from "../../upgrade/counted";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import type { HostFacts } from "../facts/host-facts";
import { nextHosts, type HostGroup, type HostState } from "../plan/groups";
import { judgeTunnels, type TunnelPolicy } from "../plan/tunnels";
import { agentState, hindrances, type WantedBinary } from "../plan/judge-host";

/** What became of the swap on one host. */
export interface SwapOutcome {
  readonly outcome: "swapped" | "swapped-back" | "refused" | "failed";
  /** Why, unless it was swapped. */
  readonly reason: string;
  /** `kept` if certificate and key are those from before (B-39). */
  readonly identity: "kept" | "changed" | "unknown";
}

/** How hosts are reached. All throw if a host does not answer. */
export interface HostsAccess {
  readonly look: (host: string) => Promise<HostFacts>;
  /** Brings the file beside the one in use, which serves on, however long that takes. @returns why it could not be brought */
  readonly stage: (host: string, wanted: WantedBinary) => Promise<string | undefined>;
  /** Does what is left to do, and returns once the host has judged its new agent. */
  readonly swap: (host: string, wanted: WantedBinary) => Promise<SwapOutcome>;
}

/** One host after a rollout. */
export interface RolledHost {
  readonly host: string;
  readonly group: string;
  readonly sha256: string;
  /** True if this run has swapped it; else it was at the release before. */
  readonly isSwapped: boolean;
  /** Open tunnels when it was told to stop, all of which it has cut, or those open now if it was left alone; undefined if it did not say. */
  readonly tunnels: number | undefined;
  /** From the first word to it until it was judged; 0 if it was at the release before. */
  readonly seconds: number;
}

/** What is rolled out. */
export interface RollGroups {
  readonly groups: readonly HostGroup[];
  /** Hosts of groups that come after these, and wait for them; for messages. @defaultValue 0 */
  readonly later?: number | undefined;
  /** What a host shall run, by what it is; a text says why there is nothing for it. */
  readonly wanted: (facts: HostFacts) => WantedBinary | string;
  readonly tunnels: TunnelPolicy;
  /** Pause between two looks at a host with open tunnels, in seconds. @defaultValue 5 */
  readonly everySeconds?: number | undefined;
}

/** Hosts that are looked at side by side. */
const LOOKS = 16;

/**
 * Brings the agents of all groups to a release, group by group, and halts at the first host that does not come up: those under way are seen to their end, and no
 * other one is touched. A host that has the release already is left alone, so that a run that was killed is run again.
 *
 * @returns the hosts at the release, in their order, and those that were out of reach, which their group allows
 * @throws StepFailure with the host and its reason once it halts
 */
export async function rollGroups(
  task: RollGroups,
  access: HostsAccess,
  io: StepIo,
): Promise<{ readonly hosts: readonly RolledHost[]; readonly missing: readonly string[] }> {
  const { groups, wanted } = task;
  const roll = new Roll(task, access, io);
  const names = groups.flatMap(({ hosts }) => hosts);
  await pMap(names, (host) => roll.look(host, wanted), { concurrency: LOOKS });
  for (;;) {
    io.signal?.throwIfAborted();
    const { begin, halted, isDone } = nextHosts(groups, roll.states);
    for (const host of begin) roll.begin(host);
    if (roll.underWay.size > 0) {
      await Promise.race(roll.underWay.values());
      continue;
    }
    if (isDone) return roll.result();
    throw roll.failure(halted ?? "no host may begin");
  }
}

class Roll {
  readonly states = new Map<string, HostState>();
  readonly underWay = new Map<string, Promise<void>>();
  private readonly found = new Map<
    string,
    { readonly facts: HostFacts; readonly wanted: WantedBinary }
  >();
  private readonly reasons = new Map<string, string>();
  private readonly seconds = new Map<string, number>();
  /** Tunnels that were cut, by group. */
  private readonly cut = new Map<string, number>();

  constructor(
    private readonly task: RollGroups,
    private readonly access: HostsAccess,
    private readonly io: StepIo,
  ) {}

  async look(host: string, choose: RollGroups["wanted"]): Promise<void> {
    try {
      const facts = await this.access.look(host);
      const wanted = choose(facts);
      if (typeof wanted === "string") {
        this.fail(host, wanted);
        return;
      }
      this.found.set(host, { facts, wanted });
      const state = agentState(facts, wanted);
      const why = hindrances(facts, wanted).map((one) => `${one.found}; expected ${one.expected}`);
      if (state === "hindered") this.fail(host, why.join("; "));
      else this.states.set(host, state === "current" ? "updated" : "waiting");
    } catch (error) {
      this.states.set(host, "missing");
      this.reasons.set(host, wordsOf(error));
      this.io.say(`${host} is out of reach: ${wordsOf(error)}`);
    }
  }

  begin(host: string): void {
    this.states.set(host, "swapping");
    this.underWay.set(
      host,
      this.swap(host).finally(() => this.underWay.delete(host)),
    );
  }

  private async swap(host: string): Promise<void> {
    const { wanted } = this.found.get(host) ?? {};
    if (wanted === undefined) return;
    const started = Date.now();
    try {
      // What is brought takes time in which users open tunnels: they are counted after it, at the moment of the stop.
      const halt = (await this.access.stage(host, wanted)) ?? (await this.untilTunnelsAllow(host));
      if (halt !== undefined) {
        this.fail(host, halt);
        return;
      }
      // Nobody has told it to stop: whatever has failed elsewhere would come to it too.
      if (this.hasFailed()) {
        this.states.set(host, "waiting");
        return;
      }
      const open = this.found.get(host)?.facts.tunnels;
      const tunnels = open === undefined ? "" : `, with ${open} tunnels open`;
      this.io.say(`${host} is swapped to ${wanted.release}${tunnels}`);
      const { outcome, reason, identity } = await this.access.swap(host, wanted);
      this.seconds.set(host, Math.round((Date.now() - started) / 1000));
      if (outcome !== "swapped") this.fail(host, reason);
      else if (identity === "changed")
        this.fail(host, "its certificate or key is another one than before: it has joined anew");
      else this.states.set(host, "updated");
    } catch (error) {
      // It was there a moment ago, and what it has come to nobody knows: that halts, and the next run looks.
      this.fail(host, `it has stopped answering: ${wordsOf(error)}`);
    }
  }

  /** Looks again and again until the agent may be stopped. @returns why it may not, and will not */
  private async untilTunnelsAllow(host: string): Promise<string | undefined> {
    const started = Date.now();
    const { tunnels: policy, groups, everySeconds = 5 } = this.task;
    const group = groups.find(({ hosts }) => hosts.includes(host))?.name ?? "";
    for (;;) {
      this.io.signal?.throwIfAborted();
      if (this.hasFailed()) return undefined;
      const facts = await this.access.look(host);
      const known = this.found.get(host);
      if (known !== undefined) this.found.set(host, { ...known, facts });
      const cutSoFar = this.cut.get(group) ?? 0;
      const waitedSeconds = (Date.now() - started) / 1000;
      const verdict = judgeTunnels({ group, open: facts.tunnels, waitedSeconds, cutSoFar }, policy);
      if (verdict === "swap") {
        this.cut.set(group, cutSoFar + (facts.tunnels ?? 0));
        return undefined;
      }
      if (verdict !== "wait") return verdict.halt;
      await pause(everySeconds * 1000, undefined, { signal: this.io.signal });
    }
  }

  private hasFailed = (): boolean => [...this.states.values()].includes("failed");

  private fail(host: string, reason: string): void {
    this.states.set(host, "failed");
    this.reasons.set(host, reason);
    this.io.say(`${host}: ${reason}`);
  }

  result() {
    const missing = [...this.states]
      .filter(([, state]) => state === "missing")
      .map(([host]) => host);
    const hosts = this.task.groups.flatMap(({ name: group, hosts: members }) =>
      members.flatMap((host): readonly RolledHost[] => {
        const { facts, wanted } = this.found.get(host) ?? {};
        if (facts === undefined || wanted === undefined) return [];
        const seconds = this.seconds.get(host);
        const { tunnels } = facts;
        const isSwapped = seconds !== undefined;
        return [{ host, group, sha256: wanted.sha256, isSwapped, tunnels, seconds: seconds ?? 0 }];
      }),
    );
    return { hosts, missing };
  }

  failure(halted: string): StepFailure {
    const { later = 0 } = this.task;
    const left = [...this.states.values()].filter((state) => state === "waiting").length + later;
    const updated = [...this.states.values()].filter((state) => state === "updated").length;
    const reasons = [...this.reasons].map(([host, reason]) => `${host}: ${reason}`).join("; ");
    return new StepFailure(
      `halted: ${halted}; ${counted(updated, "host")} at the release, ${counted(left, "host")} not touched. ${reasons}`,
      "see to the cause there, or want another release, then run the upgrade again",
    );
  }
}
