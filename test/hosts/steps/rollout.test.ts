import { expect, test } from "vitest";
import { hostsRolloutInputSchema } from "../../../components/hosts/steps/rollout-input";
import { runHostsRollout } from "../../../components/hosts/steps/rollout";
import type { HostsAccess } from "../../../components/hosts/roll/hosts-access";
import { wavesOf } from "../../../components/hosts/gateway/tasks";
import { bamfAgents } from "../../../components/bamf/agents/product";
import type { ClaimOnHost } from "../../../components/hosts/steps/claim-hosts";
import { agent, claim, DAY, NOW, sum } from "../agents";
import { agentsConfig } from "../stack-values";

const sums = { "bamf-agent-linux-amd64": sum("b"), "bamf-agent-linux-arm64": sum("c") };
const waves = (change: object = {}) =>
  wavesOf({ product: bamfAgents, config: agentsConfig(change), sums, claim, stack: "prod" });

/** Hosts in memory with three tunnels each; a swap leaves the wanted binary. */
function memory(machine = "x86_64") {
  const running = new Map<string, string>();
  const swapped: [string, string, boolean][] = [];
  const access: HostsAccess = {
    look: (name) => {
      const found = running.get(name) ?? sum("a");
      return Promise.resolve(agent({ machine, sha256: found, running: found, tunnels: 3 }));
    },
    stage: () => Promise.resolve(undefined),
    swap: (name, { sha256, release, retry = false }) => {
      swapped.push([name, release, retry]);
      running.set(name, sha256);
      return Promise.resolve({ outcome: "swapped", reason: "", identity: "kept" });
    },
  };
  return { access, swapped, running };
}

const nobodyElse: ClaimOnHost = () => Promise.resolve(undefined);

const roll = (
  input: object,
  access: HostsAccess,
  claimOn = nobodyElse,
  say: (line: string) => void = () => undefined,
) => runHostsRollout(hostsRolloutInputSchema.parse(input), { env: {}, say }, access, claimOn);

const CUT = {
  sessions: { policy: "cut", limitMinutes: 0 },
  consents: { cut: { release: "0.11.0", reason: "announced", groups: { canary: 3, web: 6 } } },
};

test("a wave brings its group to the release, once those before it are there, and tells what became of each host and its tunnels (B-36, B-38)", async () => {
  const { access, swapped } = memory();
  const [canary, web] = waves(CUT);
  expect(await roll(canary!.watch.input, access)).toMatchObject({
    ready: { canary: 1 },
    replaced: { canary: [{ instance: "c1", found: 3, atStop: 3, kept: 0, cut: 3 }] },
    missing: [],
  });
  expect(swapped).toEqual([["c1", "0.11.0", false]]);
  expect(await roll(web!.watch.input, access)).toMatchObject({
    ready: { canary: 1, web: 2 },
    replaced: { web: [{ instance: "w1" }, { instance: "w2" }] },
  });
  expect(await roll(web!.watch.input, access)).not.toHaveProperty("replaced");
  expect(swapped.map(([name]) => name)).toEqual(["c1", "w1", "w2"]);
});

test("a canary that has fallen back halts the wave of the next group, which would begin after it (B-38)", async () => {
  const { access, swapped } = memory();
  const [canary, web] = waves(CUT);
  await roll(canary!.watch.input, access);
  const away: HostsAccess = {
    ...access,
    look: (name) => (name === "c1" ? Promise.reject(new Error("no answer")) : access.look(name)),
  };
  await expect(roll(web!.watch.input, away)).rejects.toThrow(/c1 of group canary out of reach/);
  expect(swapped).toHaveLength(1);
});

test("without a consent the tunnels of a host halt it, with the agent serving", async () => {
  const { access, swapped } = memory();
  const [canary] = waves({ sessions: { policy: "cut", limitMinutes: 0 } });
  await expect(roll(canary!.watch.input, access)).rejects.toThrow(
    /0 hosts at the release, 2 hosts not touched.*no consent to cut names group canary/,
  );
  expect(swapped).toEqual([]);
});

test("each machine gets its own file, and one without any halts before anything is touched (T-31)", async () => {
  const arm = memory("aarch64");
  const [canary] = waves(CUT);
  await roll(canary!.watch.input, arm.access);
  expect(arm.running.get("c1")).toBe(sum("c"));
  const other = memory("armv7l");
  await expect(roll(canary!.watch.input, other.access)).rejects.toThrow(/machine armv7l/);
  expect(other.swapped).toEqual([]);
});

test("a consent to another try reaches the hosts, for its release alone", async () => {
  const retry = (release: string) => ({
    sessions: CUT.sessions,
    consents: { ...CUT.consents, retry: { release, reason: "mended" } },
  });
  for (const [release, tried] of [
    ["0.11.0", true],
    ["0.10.0", false],
  ] as const) {
    const { access, swapped } = memory();
    await roll(waves(retry(release))[0]!.watch.input, access);
    expect(swapped).toEqual([["c1", "0.11.0", tried]]);
  }
});

test("another certificate after a swap halts as that of an agent that has joined anew, but for one that was to be renewed at the start (B-39)", async () => {
  const anew = (certificateBegins: number): HostsAccess => {
    const { access } = memory();
    return {
      ...access,
      look: async (host) => ({ ...(await access.look(host)), certificateBegins }),
      swap: async (host, wanted) => ({ ...(await access.swap(host, wanted)), identity: "changed" }),
    };
  };
  const canary = waves(CUT)[0]!.watch.input;
  await expect(roll(canary, anew(NOW - DAY))).rejects.toThrow(/c1: .* it has joined anew/);
  expect(await roll(canary, anew(NOW - 200 * DAY))).toMatchObject({ ready: { canary: 1 } });
});

const THEIRS = { stack: "gateways/staging", release: "0.10.0", at: undefined };

test("an agent that another stack keeps halts before anything is brought to its host (B-38)", async () => {
  const { access, swapped } = memory();
  const brought: string[] = [];
  const watched: HostsAccess = {
    ...access,
    stage: (host, wanted) => {
      brought.push(host);
      return access.stage(host, wanted);
    },
  };
  const [canary] = waves(CUT);
  const theirs: ClaimOnHost = () => Promise.resolve(THEIRS);
  await expect(roll(canary!.watch.input, watched, theirs)).rejects.toThrow(
    /c1: it is kept by stack gateways\/staging, which wants 0\.10\.0 there; take it out of one/,
  );
  expect([brought, swapped]).toEqual([[], []]);
});

test("a host that was at the release before gets a note unless it has one; that it takes none is only said (B-38)", async () => {
  const { access, running } = memory();
  for (const host of ["c1", "w1", "w2"]) running.set(host, sum("b"));
  const owned: HostsAccess = {
    ...access,
    look: async (host) => ({
      ...(await access.look(host)),
      owner: host === "w1" ? THEIRS : undefined,
    }),
  };
  const [claimed, said] = [[] as string[], [] as string[]];
  const claimOn: ClaimOnHost = (host) => {
    claimed.push(host);
    return Promise.reject(new Error("read-only"));
  };
  const web = waves(CUT)[1]!.watch.input;
  await roll(web, owned, claimOn, (line) => said.push(line));
  expect(claimed).toEqual(["w2"]);
  expect(said).toContain("w2 has no note of this stack: read-only");
});

test("where the stack file says so a second instance runs beside the agent of a host, unless the host itself says otherwise, and the evidence tells it (5.3)", async () => {
  const { access } = memory();
  const beside = (change: object) =>
    wavesOf({
      product: bamfAgents,
      config: agentsConfig(CUT, change),
      sums,
      claim,
      stack: "prod",
    })[0]!;
  const { inventory } = agentsConfig().settings.hosts;
  const { c1 } = inventory;
  const input = hostsRolloutInputSchema.parse(beside({ beside: true }).watch.input);
  expect(input.hosts["c1"]).toMatchObject({ beside: true });
  const other = { beside: true, inventory: { ...inventory, c1: { ...c1, beside: false } } };
  const own = hostsRolloutInputSchema.parse(beside(other).watch.input);
  expect(own.hosts["c1"]).toMatchObject({ beside: false });
  const leads = { outcome: "leads", reason: "" } as const;
  expect(await roll(input, { ...access, beside: () => Promise.resolve(leads) })).toMatchObject({
    replaced: { canary: [{ instance: "c1", beside: true, found: 3, cut: 3 }] },
  });
});

test("a second instance that a run has left is told to end, but not on a host that another stack keeps (B-38)", async () => {
  const { access, running } = memory();
  for (const host of ["c1", "w1", "w2"]) running.set(host, sum("b"));
  const left = { sha256: sum("a"), phase: "leads", tunnels: 1 } as const;
  const ended: string[] = [];
  const watched: HostsAccess = {
    ...access,
    look: async (host) => ({
      ...(await access.look(host)),
      beside: left,
      owner: host === "w1" ? THEIRS : undefined,
    }),
    dismiss: (host) => {
      ended.push(host);
      return Promise.resolve();
    },
  };
  await roll(waves(CUT)[1]!.watch.input, watched);
  expect(ended.sort()).toEqual(["c1", "w2"]);
});
