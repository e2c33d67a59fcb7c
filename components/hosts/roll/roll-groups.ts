import { setTimeout as pause } from "node:timers/promises";
import pMap from "p-map";
import { counted } from "../../upgrade/counted";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { HostFailure, HOSTS_AT_ONCE } from "../api/run-on-host";
import type { HostFacts } from "../facts/host-facts";
import { besideInWords, isStray } from "../plan/beside";
import { nextHosts, type HostGroup, type HostState } from "../plan/groups";
import { judgeTunnels, type TunnelPolicy } from "../plan/tunnels";
import { agentState, hindrances, type WantedBinary } from "../plan/judge-host";
import type { HostsAccess, RolledHost } from "./hosts-access";

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
  await pMap(names, (host) => roll.look(host, wanted), { concurrency: HOSTS_AT_ONCE });
  for (;;) {
    io.signal?.throwIfAborted();
    const { begin, halted, isDone } = nextHosts(groups, roll.states);
    for (const host of begin) roll.begin(host);
    if (roll.underWay.size > 0) {
      await Promise.race(roll.underWay.values());
      continue;
    }
    if (isDone) {
      await roll.endStrays();
      return roll.result();
    }
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
  /** Hosts on which a second instance takes new tunnels. */
  private readonly beside = new Set<string>();
  private readonly most = new Map<string, number>();
  /** Tunnels that were cut for the release, by host: what it has noted, and what this run has told it to cut. */
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
      this.note(host, facts, wanted);
      const state = agentState(facts, wanted);
      const why = hindrances(facts, wanted).map((one) => `${one.found}; expected ${one.expected}`);
      if (state === "hindered") this.fail(host, why.join("; "));
      else this.states.set(host, state === "current" ? "updated" : "waiting");
    } catch (error) {
      this.states.set(host, "missing");
      this.reasons.set(host, wordsOf(error));
      const unseen = "; tunnels that an earlier run has cut there for the release do not count";
      const { policy } = this.task.tunnels;
      this.io.say(`${host} is out of reach: ${wordsOf(error)}${policy === "cut" ? unseen : ""}`);
    }
  }

  /** Second instances that a run has left for a release that is not wanted any more: who cannot be told now is told by the next run. */
  async endStrays(): Promise<void> {
    for (const host of this.found.keys()) await this.endStray(host);
  }

  private async endStray(host: string): Promise<void> {
    const { facts, wanted } = this.found.get(host) ?? {};
    if (facts === undefined || wanted === undefined || !isStray(facts, wanted)) return;
    await this.access.dismiss?.(host).catch((error: unknown) => {
      this.io.say(`${host}: its second instance could not be told to end: ${wordsOf(error)}`);
    });
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
    const started = performance.now();
    await this.endStray(host);
    try {
      // What is brought takes time in which users open tunnels: they are counted after it, at the moment of the stop.
      const halt =
        (await this.access.stage(host, wanted)) ??
        (await this.lead(host, wanted)) ??
        (await this.untilTunnelsAllow(host));
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
      this.seconds.set(host, Math.round((performance.now() - started) / 1000));
      if (outcome !== "swapped") this.fail(host, reason);
      else if (identity === "changed")
        this.fail(host, "its certificate or key is another one than before: it has joined anew");
      else this.states.set(host, "updated");
    } catch (error) {
      // What it has come to nobody knows: that halts, and the next run looks.
      const isSilent = error instanceof HostFailure && error.isUnreachable;
      this.fail(host, isSilent ? `it has stopped answering: ${wordsOf(error)}` : wordsOf(error));
    }
  }

  /** Leads new tunnels elsewhere first, where that is wanted and can be. @returns why the release may not come there: it does not come up */
  private async lead(host: string, wanted: WantedBinary): Promise<string | undefined> {
    const came = this.hasFailed() ? undefined : await this.access.beside?.(host, wanted);
    if (came?.outcome === "failed") return `${came.reason}; its agent was not stopped`;
    if (came?.outcome === "leads") this.beside.add(host);
    if (came !== undefined) this.io.say(`${host}: ${besideInWords(came)}`);
    return undefined;
  }

  private note(host: string, facts: HostFacts, wanted: WantedBinary): void {
    this.found.set(host, { facts, wanted });
    this.cut.set(host, facts.cut[wanted.release] ?? 0);
    if (facts.tunnels !== undefined)
      this.most.set(host, Math.max(facts.tunnels, this.most.get(host) ?? 0));
  }

  /** Looks again and again until the agent may be stopped. @returns why it may not, and will not */
  private async untilTunnelsAllow(host: string): Promise<string | undefined> {
    // A clock of the day may be set meanwhile, and would take from the tunnels what they were promised.
    const started = performance.now();
    const { tunnels: policy, groups, everySeconds = 5 } = this.task;
    const { name: group = "", hosts: members = [] } =
      groups.find(({ hosts }) => hosts.includes(host)) ?? {};
    // For one that was chosen before new tunnels were led elsewhere may be on its way: none counts once it has lasted.
    let wasEmpty = !this.beside.has(host);
    for (;;) {
      this.io.signal?.throwIfAborted();
      if (this.hasFailed()) return undefined;
      const facts = await this.access.look(host);
      const known = this.found.get(host);
      if (known !== undefined) this.note(host, facts, known.wanted);
      const cutSoFar = members.reduce((sum, one) => sum + (this.cut.get(one) ?? 0), 0);
      const waitedSeconds = (performance.now() - started) / 1000;
      const verdict = judgeTunnels({ group, open: facts.tunnels, waitedSeconds, cutSoFar }, policy);
      const isEmpty = facts.tunnels === 0;
      if (verdict === "swap" && (wasEmpty || !isEmpty)) {
        this.cut.set(host, (this.cut.get(host) ?? 0) + (facts.tunnels ?? 0));
        return undefined;
      }
      if (typeof verdict !== "string") return verdict.halt;
      wasEmpty = isEmpty || !this.beside.has(host);
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
        const tally = { isBeside: this.beside.has(host), found: this.most.get(host), tunnels };
        return [{ host, group, sha256: wanted.sha256, isSwapped, ...tally, seconds: seconds ?? 0 }];
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
      "see to the cause there and run the upgrade again (a release that was swapped back needs consents.retry; open tunnels a quiet time, sessions.limitMinutes, or sessions.policy cut with consents.cut), or want another release",
    );
  }
}
