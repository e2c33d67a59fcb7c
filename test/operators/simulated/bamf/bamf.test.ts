import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { consentAsAsked, decideBamf, wantedBamf } from "./decide";
import { bamfOperation, carryOutBamf, type BamfOperation } from "./operation";
import type { BamfKill } from "./run";
import { upBamf } from "./up";
import {
  BAMF_SAFEGUARDS,
  emptyBamfWorld,
  headOfBamf,
  type BamfRelease,
  type BamfSafeguard,
  type BamfWorld,
} from "./world";

beforeAll(() => {
  // Bridges are waited for in the time of the world.
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
});
afterAll(() => {
  vi.useRealTimers();
});

/** Runs an `up`, and looks for a broken law in what it leaves. */
async function upAndLook(world: BamfWorld, kill: BamfKill | undefined): Promise<void> {
  const before = structuredClone(world);
  const ended = await upBamf(world, kill);

  // I4: nothing is touched where a gate blocks, and what all gates let on does not fail by itself, but over what users have open.
  if (ended.kind === "refused") expect(world).toEqual(before);
  if (!before.silent) expect(ended).not.toMatchObject({ kind: "failed" });

  if (ended.kind === "ended well") await endsWell(world);
  holds(world);
}

/** I2: the wanted release serves on its own schema, with as many bridges as the stack file says, and nothing is left to do. */
async function endsWell(world: BamfWorld): Promise<void> {
  const { version } = world.file;
  const { bridges } = wantedBamf(world);
  expect(world.serving).toBe(version);
  expect([world.proxies, world.agents]).toEqual([version, version]);
  expect(world.heldSince).toBeUndefined();
  expect(Object.values(world.bridges).map(({ release }) => release)).toEqual(
    Array.from({ length: bridges }, () => version),
  );
  expect(world.evidence?.version).toBe(version);
  if (world.evidence?.cameBack === undefined) expect(world.head).toBe(headOfBamf(version));
  // What was kept from new tunnels takes them again.
  if (world.file.sessions.cordon && !world.unmended) {
    expect(world.notes).toEqual({});
    expect(Object.values(world.bridges).some(({ cordoned }) => cordoned)).toBe(false);
  }
  expect(await upBamf(structuredClone(world))).toEqual({ kind: "ended well", ran: [] });
}

/** No tunnel is cut without a policy that allows it, no row is lost that is not in a file, and no rule is broken on the way. */
function holds(world: BamfWorld): void {
  expect(world.broken).toEqual([]);
  const { cordon } = world.file.sessions;
  for (const counted of [["a stop", "fewer bridges"], ["the agents"]] as const) {
    const cuts = world.cuts.filter(
      ({ by, run }) => run === world.runs && counted.some((one) => one === by),
    );
    // Those that begin while a bridge stops are cut where nothing may keep them off it.
    const ended = cuts.reduce((sum, { tunnels, late }) => sum + tunnels - (cordon ? 0 : late), 0);
    expect(ended, JSON.stringify(cuts)).toBeLessThanOrEqual(cuts[0]?.allowed ?? 0);
  }
  const kept = new Set([...world.revoked, ...world.saved]);
  for (const row of world.wrote) expect(kept.has(row), `row ${row}`).toBe(true);
}

const numberOf = (name: string): number | undefined => {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
};

/** To play a sequence again that was found: its seed and its path, with as many runs as then. */
const PLAYED = {
  numRuns: numberOf("OPERATORS_RUNS") ?? 150,
  seed: numberOf("OPERATORS_SEED"),
  path: process.env["OPERATORS_PATH"],
};

/** What holds of every sequence. */
const lawful = (without?: BamfSafeguard) =>
  fc.asyncProperty(
    fc.constantFrom(...BEGINNINGS),
    fc.integer({ min: 1, max: 2 ** 31 }),
    fc.array(bamfOperation, { minLength: 1, maxLength: 25, size: "max" }),
    async (beginning, chance, operations) => {
      const world = { ...emptyBamfWorld(without), chance };
      for (const one of [...beginning, ...operations]) await carryOutBamf(world, one, upAndLook);
      await getsThere(world);
    },
  );

/** Whoever consents to what the preview asks for, once nobody has a tunnel open, gets there by at most two runs. */
async function getsThere(world: BamfWorld): Promise<void> {
  Object.assign(world, { silent: false, tunnels: [], users: false });
  world.file = { ...world.file, values: {}, sessions: { ...world.file.sessions, cordon: true } };
  consentAsAsked(world);
  const first = await upBamf(world);
  if (first.kind !== "ended well") {
    consentAsAsked(world);
    expect(await upBamf(world), JSON.stringify(first)).toMatchObject({ kind: "ended well" });
  }
  await endsWell(world);
  holds(world);
  expect(decideBamf(world).plan.change).toBe("none");
}

const set = (version: BamfRelease): BamfOperation => ({ kind: "set the version", version });
const run = (moment?: BamfKill["moment"], time = 1): BamfOperation => ({
  kind: "up",
  killAt: moment && { moment, time },
});
const consent: BamfOperation = { kind: "consent to what is asked for" };
const users: BamfOperation = { kind: "users open tunnels", tunnels: 6 };
const rows: BamfOperation = { kind: "write rows" };
const to = (version: BamfRelease) => [set(version), consent];
const installed = [...to("0.9.1"), run(), rows, users];
const back = [...to("0.10.0"), run(), users, rows, ...to("0.9.1")];

/** Where a sequence begins: nothing there, a release that serves with tunnels open, the breaking hops, what was cut off in their middle, and the ways back. */
const BEGINNINGS: readonly (readonly BamfOperation[])[] = [
  [],
  installed,
  [...installed, ...to("0.10.0")],
  [...installed, ...to("0.10.0"), run("after the schema")],
  [...installed, ...to("0.10.0"), run("while a bridge is replaced")],
  [...installed, ...back],
  [...installed, ...back, run("behind the way down")],
  [...to("0.7.0"), run(), rows, users, ...to("0.6.0"), run("while the writers are stopped")],
  [...to("0.10.0"), run(), users, ...to("0.11.0"), run("before a bridge is stopped")],
  [...installed, ...to("0.6.0"), run("after a bridge has come back")],
  [...installed, ...to("0.10.0"), run("after the agents were held"), ...to("0.9.1")],
];

test(
  "whatever operators and users of BAMF do in whatever order, and wherever a run is killed, no tunnel is cut without a policy that allows it, no row is lost, and the wanted release comes up in the end (I1, I2, I4, I5)",
  { timeout: 600_000 },
  async () => {
    await fc.assert(lawful(), PLAYED);
  },
);

/** A seed by which the lack of each is found soon. */
const SEEDS: Readonly<Record<BamfSafeguard, number>> = {
  "the guard keeps sessions while their bridge stops": 1,
  "a consent to cut counts for its release alone": 18,
  "the schema goes down before the old API starts": 1,
  "a bridge that leaves is kept from new tunnels": 5,
  "bridges that go for good are counted": 23,
  "rows that go are saved": 1,
  "what breaks running programs wants a consent": 21,
  "agents that a run has held ask for a rollout": 1,
};

test.each(Object.entries(BAMF_SAFEGUARDS) as [BamfSafeguard, string][])(
  "it is found where the program lacks this: %s. Without it %s",
  { timeout: 600_000 },
  async (safeguard) => {
    const seed = SEEDS[safeguard];
    const found = await fc.check(lawful(safeguard), { seed, numRuns: 5000, endOnFailure: true });
    expect(found.failed).toBe(true);
  },
);
