import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stopsOf } from "./stops";
import { prepareAgents, upHosts, type Moments } from "./up";
import {
  hostsWorld,
  HOST_SAFEGUARDS,
  RELEASES,
  releaseOf,
  type HostSafeguard,
  type HostsWorld,
  type Release,
} from "./world";

const GROUPS = { c: 2, w: 5, x: 3 };
const NAMES = Object.keys(hostsWorld(GROUPS).hosts);

/** What an operator, a host or somebody else does next. */
type Operation =
  | { readonly does: "up"; readonly moments: Moments }
  | { readonly does: "want"; readonly of: "agents" | "api"; readonly release: Release }
  | { readonly does: "retry"; readonly release: Release | undefined }
  | { readonly does: "beside"; readonly wanted: boolean }
  | { readonly does: "break" | "mend"; readonly host: string; readonly release: Release }
  | { readonly does: "unplug" | "plug"; readonly host: string }
  | { readonly does: "swap by hand"; readonly host: string; readonly release: Release };

const release = fc.constantFrom(...RELEASES);
const host = fc.constantFrom(...NAMES);
const moment = fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant("up" as const),
      moments: fc.record({ killAt: moment, apiAt: moment }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("want" as const),
      of: fc.constantFrom("agents" as const, "api" as const),
      release,
    }),
  },
  fc.record({
    does: fc.constant("retry" as const),
    release: fc.option(release, { nil: undefined }),
  }),
  fc.record({ does: fc.constant("beside" as const), wanted: fc.boolean() }),
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom("break" as const, "break" as const, "mend" as const),
      host,
      release,
    }),
  },
  fc.record({ does: fc.constantFrom("unplug" as const, "plug" as const, "plug" as const), host }),
  fc.record({ does: fc.constant("swap by hand" as const), host, release }),
);

async function carryOut(world: HostsWorld, one: Operation): Promise<void> {
  const { file, hosts } = world;
  if (one.does === "up") return upAndLook(world, one.moments);
  if (one.does === "want") file[one.of] = one.release;
  if (one.does === "retry") file.retry = one.release;
  if (one.does === "beside") file.beside = one.wanted;
  if (!("host" in one)) return;
  const at = hosts[one.host]!;
  // What runs, runs: a release fails at its start.
  if (one.does === "break" && at.runs !== one.release) at.broken.push(one.release);
  if (one.does === "mend") at.broken = at.broken.filter((broken) => broken !== one.release);
  if (one.does === "unplug" || one.does === "plug") at.away = one.does === "unplug";
  if (one.does === "swap by hand" && !at.broken.includes(one.release)) at.runs = one.release;
}

/** Runs an `up`, and looks for a broken law in what it leaves. */
async function upAndLook(world: HostsWorld, moments: Moments): Promise<void> {
  const before = structuredClone(world);
  const ended = await upHosts(world, moments);

  // No host past a halt, no failed release again, nothing newer than the API by a doing of the run.
  expect(world.broken).toEqual([]);

  // A bad version is swapped back: each host runs something that works there.
  for (const [name, { runs, broken }] of Object.entries(world.hosts))
    expect(broken, `${name} runs ${runs}`).not.toContain(runs);

  // Nothing is touched where a gate blocks, and no host out of reach ever.
  if (ended.kind === "refused") expect(world).toEqual(before);
  for (const [name, one] of Object.entries(world.hosts))
    if (one.away) expect(one).toEqual(before.hosts[name]);

  if (ended.kind === "halted") haltsWell(world, before, ended.why);
  if (ended.kind === "ended well") await endsWell(world);
}

/** Canaries come before all others: where one of them is not at the release, no later host was touched. */
function haltsWell(world: HostsWorld, before: HostsWorld, why: string): void {
  expect(why).toMatch(/^halted: |is not verified/);
  const { agents } = world.file;
  const order = ["c", "w", "x"];
  const behind = order.findIndex((group) =>
    Object.values(world.hosts).some(
      (one) => one.group === group && !one.away && one.runs !== agents,
    ),
  );
  if (behind === -1) return;
  for (const [name, one] of Object.entries(world.hosts))
    if (order.indexOf(one.group) > behind) expect(one).toEqual(before.hosts[name]);
}

/** All hosts within reach are at the release, the evidence says what runs, and nothing is left to do. */
async function endsWell(world: HostsWorld): Promise<void> {
  const { agents } = world.file;
  const last = world.history.at(-1);
  expect(last?.version).toBe(agents);
  for (const [name, { runs, second, away, group }] of Object.entries(world.hosts)) {
    if (!away) expect([runs, second]).toEqual([agents, undefined]);
    const digest = last?.digests[`${group}/${name}`] ?? "";
    expect(releaseOf(digest.replace("sha256:", ""))).toBe(away ? undefined : agents);
  }
  const next = await prepareAgents(world);
  expect(next.unchanged).toBe(true);
  expect(stopsOf(next, world)).toEqual([]);
}

const play = (runs: number, without?: HostSafeguard, seed = 13) =>
  fc.check(
    fc.asyncProperty(fc.array(operation, { minLength: 4, maxLength: 24 }), async (operations) => {
      const world = hostsWorld(GROUPS, without);
      for (const one of operations) await carryOut(world, one);
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );

describe("drawn operators of agents on hosts", () => {
  test("break no law: no host past a halt, no failed release again, each bad one swapped back, no agent newer than its API (B-31, B-36, B-37, B-38)", async () => {
    const { failed, counterexample, errorInstance } = await play(150);
    expect(failed, `${JSON.stringify(counterexample)} ${String(errorInstance)}`).toBe(false);
  });

  test.each(HOST_SAFEGUARDS)("find out when it is taken away that %s", async (without) => {
    expect((await play(1000, without)).failed).toBe(true);
  });
});

test("a thousand hosts, of which some fail and some are away: halted at the first failure, then brought along, then back (B-36, B-38, B-39)", async () => {
  const world = hostsWorld({ c: 5, w: 495, x: 500 });
  const at = (name: string) => world.hosts[name]!;
  expect((await upHosts(world)).kind).toBe("ended well");
  world.file.agents = "0.11.0";
  for (const name of ["w100", "w101", "x7"]) at(name).away = true;
  at("w200").broken.push("0.11.0");
  const halted = await upHosts(world, {}, 50);
  expect(halted).toMatchObject({
    kind: "halted",
    why: expect.stringMatching(/^halted: w200 failed/) as string,
  });
  const counts = () => {
    const all = Object.values(world.hosts);
    return RELEASES.map((release) => all.filter(({ runs }) => runs === release).length);
  };
  expect(
    Object.values(world.hosts).filter(({ group, runs }) => group === "x" && runs !== "0.10.0"),
  ).toEqual([]);
  at("w200").broken = [];
  expect(await upHosts(world, {}, 50)).toMatchObject({
    kind: "refused",
    gates: ["failed-release"],
  });
  world.file.retry = "0.11.0";
  expect((await upHosts(world, {}, 50)).kind).toBe("ended well");
  expect(counts()).toEqual([3, 997, 0]);
  for (const name of ["w100", "w101", "x7"]) at(name).away = false;
  expect((await upHosts(world, {}, 50)).kind).toBe("ended well");
  world.file.agents = "0.10.0";
  expect((await upHosts(world, {}, 50)).kind).toBe("ended well");
  expect(counts()).toEqual([1000, 0, 0]);
  expect(world.broken).toEqual([]);
}, 60_000);
