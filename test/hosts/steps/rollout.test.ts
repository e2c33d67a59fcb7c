import { expect, test } from "vitest";
import { hostsRolloutInputSchema } from "../../../components/hosts/steps/rollout-input";
import { runHostsRollout } from "../../../components/hosts/steps/rollout";
import type { HostsAccess } from "../../../components/hosts/roll/roll-groups";
import { wavesOf } from "../../../components/hosts/gateway/tasks";
import { bamfAgents } from "../../../components/bamf/agents/product";
import { agent, sum } from "../agents";
import { agentsConfig } from "../stack-values";

const sums = { "bamf-agent-linux-amd64": sum("b"), "bamf-agent-linux-arm64": sum("c") };
const waves = (change: object = {}) =>
  wavesOf({ product: bamfAgents, config: agentsConfig(change), sums, stack: "prod" });

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

const roll = (input: object, access: HostsAccess) =>
  runHostsRollout(hostsRolloutInputSchema.parse(input), { env: {}, say: () => undefined }, access);

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
