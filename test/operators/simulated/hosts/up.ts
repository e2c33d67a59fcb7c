import { checkAgentsOnline } from "../../../../components/bamf/agents/agents-online";
import { bamfAgents } from "../../../../components/bamf/agents/product";
import { prepareOnHosts } from "../../../../components/hosts/gateway/prepare";
import type { HostsAccess } from "../../../../components/hosts/roll/hosts-access";
import { runHostsRollout } from "../../../../components/hosts/steps/rollout";
import { hostsRolloutInputSchema } from "../../../../components/hosts/steps/rollout-input";
import { runHostsVerification } from "../../../../components/hosts/steps/verification";
import { hostsVerificationInputSchema } from "../../../../components/hosts/steps/verification-input";
import type { Evidence } from "../../../../components/upgrade/evidence/evidence";
import { observed } from "../../../../components/upgrade/observation";
import type { Prepared } from "../../../../components/upgrade/prepared";
import { StepFailure } from "../../../../components/upgrade/step-io";
import {
  age,
  configOf,
  factsOf,
  releaseOf,
  sumOf,
  type HostsWorld,
  type Release,
  type SimulatedHost,
} from "./world";
import { stopsOf } from "./stops";

/** How an `up` has ended. */
export type Ended =
  | { readonly kind: "refused"; readonly gates: readonly string[] }
  | { readonly kind: "ended well" | "killed" | "unchanged" }
  | { readonly kind: "halted"; readonly why: string };

/** What interferes with a run, by the number of the swap at which it does. */
export interface Moments {
  /** The CLI is killed with all that it has started; what hosts are at goes on. */
  readonly killAt?: number | undefined;
  /** The API comes to its release. */
  readonly apiAt?: number | undefined;
}

const OF_THE_API: Omit<Evidence, "version"> = {
  digests: {},
  images: {},
  settings: [],
  configHash: "api",
  schemaHead: "",
  verifiedAt: "2026-11-29T10:00:00.000Z",
  probes: { sent: 0, failed: 0 },
  restarts: 0,
};

/** The program's own look, plan and gates, over the simulated hosts. */
export async function prepareAgents(world: HostsWorld, size?: number): Promise<Prepared> {
  const outputs = {
    bamfAgentsEvidence: world.history.at(-1),
    bamfAgentsHistory: world.history,
    bamfEvidence: { ...OF_THE_API, version: world.api.verified },
  };
  const config = configOf(world, size);
  const [prepared] = await prepareOnHosts(
    [{ product: bamfAgents, config }],
    { bamf: world.file.api },
    {
      outputs: () => Promise.resolve(observed(outputs)),
      host: ({ name }) => lookAt(world, name),
      sums: (_, release) =>
        Promise.resolve({ "bamf-agent-linux-amd64": sumOf(release as Release) }),
      size: () => Promise.resolve(20_480),
    },
  );
  if (prepared === undefined) throw new Error("nothing was prepared");
  return prepared;
}

/** One `pulumi up` of a stack with the API and its agents, by the program's own gates and steps. */
export async function upHosts(
  world: HostsWorld,
  moments: Moments = {},
  size?: number,
): Promise<Ended> {
  const prepared = await prepareAgents(world, size);
  const stops = stopsOf(prepared, world);
  if (stops.length > 0) return { kind: "refused", gates: stops.map(({ gate }) => gate) };
  const run = new Run(world, moments);
  try {
    if (!prepared.unchanged) await run.roll(prepared);
    // The API is rolled side by side with its agents: at some moment of the run, or after it.
    run.bringApi();
    world.api.verified = world.api.runs;
    return { kind: prepared.unchanged ? "unchanged" : "ended well" };
  } catch (error) {
    // What a killed run has begun on a host ends there.
    await Promise.all(run.underWay);
    if (run.killed.signal.aborted) return { kind: "killed" };
    run.bringApi();
    world.api.verified = world.api.runs;
    if (!(error instanceof StepFailure)) throw error;
    return { kind: "halted", why: error.message };
  }
}

function lookAt(world: HostsWorld, name: string) {
  const host = world.hosts[name];
  return host === undefined || host.away
    ? Promise.reject(new Error("no answer within 15 s"))
    : Promise.resolve(factsOf(host, world));
}

class Run {
  readonly killed = new AbortController();
  readonly underWay: Promise<unknown>[] = [];
  private swaps = 0;
  private hasFailed = false;
  /** Hosts that were newer than the API before this run, which is no doing of it, and those with a release put there by hand that this stack does not know, of which a gate warns. */
  private readonly excused: ReadonlySet<string>;

  constructor(
    private readonly world: HostsWorld,
    private readonly moments: Moments,
  ) {
    const known = [world.file.agents, ...world.history.map(({ version }) => version)];
    const strange = Object.entries(world.hosts).flatMap(([name, { runs }]) =>
      known.includes(runs) ? [] : [name],
    );
    this.excused = new Set([...this.newer(), ...strange]);
  }

  async roll({ target, plan }: Prepared): Promise<void> {
    const { signal } = this.killed;
    const io = { env: {}, say: () => undefined, signal };
    const access: HostsAccess = {
      look: (name) => lookAt(this.world, name),
      stage: (name) => this.stage(name),
      beside: (name, { sha256, retry = false }) => {
        const beside = this.beside(name, sha256, retry);
        this.underWay.push(beside);
        return beside;
      },
      dismiss: (name) => {
        const host = this.world.hosts[name];
        if (host !== undefined) host.second = undefined;
        return Promise.resolve();
      },
      swap: (name, { sha256, retry = false }) => {
        const swap = this.swap(name, sha256, retry);
        this.underWay.push(swap);
        return swap;
      },
    };
    const eyes = {
      look: (name: string) => lookAt(this.world, name),
      // The stack file names no URL at which it could be asked.
      checks: () => Promise.resolve(checkAgentsOnline),
    };
    for (const { watch, verify } of target.waves) {
      const task = hostsRolloutInputSchema.parse(watch.input);
      await runHostsRollout(task, io, access, () => Promise.resolve(undefined), 0.001);
      if (verify !== undefined) await this.verify(verify.input, "", eyes);
    }
    this.world.history.push(await this.verify(target.verification.input, plan.occasion, eyes));
  }

  private verify(
    input: object,
    occasion: string,
    eyes: Parameters<typeof runHostsVerification>[2],
  ) {
    const task = { ...input, ...(occasion === "" ? {} : { occasion }), seconds: 0.001 };
    const { signal } = this.killed;
    const io = { env: {}, say: () => undefined, signal };
    return runHostsVerification(hostsVerificationInputSchema.parse(task), io, eyes);
  }

  /** A step begins with a host by bringing the file. */
  private stage(name: string): Promise<undefined> {
    if (this.hasFailed) this.world.broken.push(`${name} was begun after a failure`);
    return Promise.resolve(undefined);
  }

  /** A host is told to do something, and whatever becomes of the run, it does it. */
  private async told(name: string, sum: string, retry: boolean) {
    const { world } = this;
    const host = world.hosts[name];
    const release = releaseOf(sum);
    if (host === undefined || release === undefined) throw new Error(`no swap of ${name}`);
    this.swaps += 1;
    if (!retry && host.failed.includes(release))
      world.broken.push(`${release} was tried again on ${name}`);
    if (this.swaps === this.moments.apiAt) this.bringApi();
    if (this.swaps === this.moments.killAt) this.killed.abort();
    // Hosts of one group are under way side by side, and the run hears of one before the next one is at its end.
    await new Promise((resolve) => setImmediate(resolve));
    return { host, release };
  }

  /** A release that does not come up beside the old one is remembered as one that was swapped back. */
  private async beside(name: string, sum: string, retry: boolean) {
    const { file } = this.world;
    if (!file.beside) return undefined;
    const { host, release } = await this.told(name, sum, retry);
    if (host.broken.includes(release)) {
      host.failed.push(release);
      this.hasFailed = true;
      return { outcome: "failed", reason: "it is failed" } as const;
    }
    host.second = release;
    this.look();
    return { outcome: "leads", reason: "" } as const;
  }

  private async swap(name: string, sum: string, retry: boolean) {
    const { host, release } = await this.told(name, sum, retry);
    const before = host.runs;
    host.kept = before;
    host.runs = release;
    // Whatever becomes of it, new tunnels go to the agent of the unit from then on.
    host.second = undefined;
    if (host.broken.includes(release)) return this.fail(host, release, before);
    this.look();
    return { outcome: "swapped", reason: "", identity: "kept" } as const;
  }

  private fail(host: SimulatedHost, release: Release, before: Release) {
    const { without } = this.world;
    host.failed.push(release);
    if (without !== "the old binary is put back") host.runs = before;
    this.look();
    this.hasFailed = true;
    if (without === "a failure halts")
      return { outcome: "swapped", reason: "", identity: "kept" } as const;
    return { outcome: "swapped-back", reason: "its unit is failed", identity: "kept" } as const;
  }

  bringApi(): void {
    this.world.api.runs = this.world.file.api;
    this.look();
  }

  private look(): void {
    for (const name of this.newer())
      if (!this.excused.has(name))
        this.world.broken.push(`${name} is newer than the API ${this.world.api.runs}`);
  }

  /** Hosts within reach that are newer than the API. */
  private newer(): readonly string[] {
    const { hosts, api } = this.world;
    return Object.entries(hosts).flatMap(([name, { runs, second = runs, away }]) =>
      !away && Math.max(age(runs), age(second)) > age(api.runs) ? [name] : [],
    );
  }
}
