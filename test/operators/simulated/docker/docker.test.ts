import fc from "fast-check";
import { expect, test } from "vitest";
import { leftOvers, wantedDocker } from "./decide";
import { carryOutDocker, dockerOperation, wantedNames, type DockerOperation } from "./operation";
import { refreshDocker, strangersGo } from "./meddle";
import { startBox, stopBox } from "./run";
import { endMigrations, upDocker } from "./up";
import {
  accepting,
  DOCKER_SAFEGUARDS,
  DRAIN_SECONDS,
  emptyDockerWorld,
  hasGateway,
  liveServers,
  passSeconds,
  without,
  type DockerRelease,
  type DockerSafeguard,
  type DockerWorld,
} from "./world";

/** Why a backup fails while the container of the database is gone. */
const NO_DATABASE = "there is no database to save";

/** Runs an `up`, and looks for a broken law in what it leaves. */
function upAndLook(world: DockerWorld, killAt: number | undefined): void {
  const before = structuredClone(world);
  const ended = upDocker(world, killAt);

  // Users notice nothing of a run, no stream is cut before its limit, and no second server runs on the volume.
  expect(world.broken).toEqual([]);

  // I4: nothing is touched where a gate blocks, and what all gates let on does not fail by itself, but over what somebody has done by hand, or a lost state.
  if (ended.kind === "refused") expect(world).toEqual(before);
  const isOwn = !before.drifted && before.lost === undefined;
  if (ended.kind === "failed" && (isOwn || ended.why === NO_DATABASE)) mends(world, ended.why);

  // A stack that has lost its state takes nothing away from those that are served.
  if (before.lost !== undefined && before.serves) expect(world.serves).toBe(true);

  // Where nobody was served it has begun anew: the state of before is of no use any more.
  if (JSON.stringify(world.boxes) !== JSON.stringify(before.boxes)) world.lost = undefined;
  if (ended.kind === "ended well" && !world.drifted) endsWell(world);

  // I5: the same up ends what was killed.
  if (ended.kind === "killed" && isOwn) {
    const again = structuredClone(world);
    const second = upDocker(again);
    // Data that nobody has verified, in a volume whose container was just removed, or made anew and not started: the operator has to say whose it is.
    const isUntold =
      world.evidence === undefined && world.boxes["smoltbot-postgres"]?.state !== "running";
    if (second.kind === "refused" && world.hasData && isUntold) return;
    if (second.kind === "failed") {
      expect(second.why).toMatch(/no (such )?container/i);
      mends(again, second.why);
    } else expect(second, JSON.stringify(second)).toMatchObject({ kind: "ended well" });
    expect(again.broken).toEqual([]);
    endsWell(again);
  }
}

/** What a killed run has removed, and the engine has not noted, is asked for once more: a refresh helps. */
function mends(world: DockerWorld, why: string): void {
  expect(why === NO_DATABASE || /no (such )?container/i.test(why), why).toBe(true);
  const { file } = world;
  refreshDocker(world);
  const next = why === NO_DATABASE ? ({ kind: "failed", why } as const) : upDocker(world);
  if (next.kind === "failed" && next.why === NO_DATABASE) {
    // A database that is gone is made by an up at the release of the run before, whose backup is there.
    strangersGo(world);
    world.file = { ...file, version: world.steps["backup"] as DockerRelease };
    expect(upDocker(world)).toMatchObject({ kind: "ended well" });
    world.file = file;
    expect(upDocker(world)).toMatchObject({ kind: "ended well" });
  } else expect(next, JSON.stringify(next)).toMatchObject({ kind: "ended well" });
}

/** I2: what is wanted serves, alone, and nothing is left to do. */
function endsWell(world: DockerWorld): void {
  const { servers } = wantedDocker(world);
  const known = new Set(Object.values(world.state).map(({ id }) => id));
  // What a killed run has made before the line was set back, nobody may know: it is named, and takes no requests.
  const left = leftOvers(world);
  expect(left.filter((name) => known.has(world.boxes[name]?.id ?? 0))).toEqual([]);
  const running = Object.entries(world.boxes)
    .filter(([name, box]) => box.isOurs && box.state === "running" && !left.includes(name))
    .map(([name]) => name);
  expect(running.sort()).toEqual([...wantedNames(world)].sort());
  expect(accepting(world)).toHaveLength(1);
  for (const proxy of accepting(world))
    expect(
      liveServers(world, proxy)
        .filter(({ state }) => state === "ready")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(servers.map(({ name }) => name).sort());
  expect(world.evidence?.version).toBe(world.file.version);
  expect(upDocker(structuredClone(world))).toEqual({ kind: "ended well", ran: [] });
}

/** Once nobody meddles any more, and whoever has stopped something has started it again, a refresh and an `up` get there. */
function getsThere(world: DockerWorld): void {
  if (world.lost !== undefined) carryOutDocker(world, { kind: "find it again" }, upAndLook);
  strangersGo(world);
  // What leaves has left.
  passSeconds(world, DRAIN_SECONDS);
  // Data of which no gateway was ever verified, in a volume without a container, is for the operator to remove, with what was made beside it.
  if (world.evidence === undefined && world.boxes["smoltbot-postgres"] === undefined)
    Object.assign(world, { hasData: false, schema: undefined, boxes: {}, proxies: {} });
  for (const [name, { role, state }] of Object.entries(world.boxes)) {
    // A stack that has verified nothing takes no container on trust: only the database is started, and nothing serves.
    const isAnew = world.evidence === undefined;
    if (isAnew && role === "proxy") stopBox(world, name);
    else if (role === "postgres" ? state !== "created" || isAnew : !isAnew && state === "exited")
      if (role !== "migrate") startBox(world, name);
  }
  // A front proxy that had left, and that somebody has started by hand, sends requests to whom it knew: a gap that is nobody's fault.
  const isCut = accepting(world).some((proxy) => !hasGateway(world, proxy));
  if (world.evidence === undefined || isCut) world.serves = false;
  refreshDocker(world);
  let first = upDocker(world);
  // A stack that does not know a container that may serve touches nothing, and says what is to be removed by hand.
  const unknown = /^container (\S+) is there and .*knows nothing of it$/;
  while (first.kind === "failed" && unknown.test(first.why)) {
    const [, name = ""] = unknown.exec(first.why) ?? [];
    world.serves = false;
    stopBox(world, name);
    world.boxes = without(world.boxes, name);
    first = upDocker(world);
  }
  if (first.kind === "failed" && first.why === NO_DATABASE) mends(world, first.why);
  else expect(first, JSON.stringify(first)).toMatchObject({ kind: "ended well" });
  expect(world.broken).toEqual([]);
  endsWell(world);
}

const set = (version: DockerRelease): DockerOperation => ({ kind: "set the version", version });
const run = (killAt?: number): DockerOperation => ({ kind: "up", killAt });
const streams: DockerOperation = { kind: "open streams", streams: 3 };

/** Where a sequence begins: nothing there, a release that serves, and runs that were killed in their middle. */
const BEGINNINGS: readonly (readonly DockerOperation[])[] = [
  [],
  [run()],
  [run(), streams, set("1.1.0"), run(14)],
  [run(), streams, set("1.1.0"), run(24), set("1.0.0")],
  [run(), { kind: "limit the database", mebibytes: 1100 }, run(2)],
  [run(), streams, { kind: "limit the front proxy", mebibytes: 160 }, run(6)],
];

const lawful = (without?: DockerSafeguard) =>
  fc.property(
    fc.constantFrom(...BEGINNINGS),
    fc.integer({ min: 1, max: 2 ** 31 }),
    fc.array(dockerOperation, { minLength: 1, maxLength: 25, size: "max" }),
    (beginning, chance, operations) => {
      const world = { ...emptyDockerWorld(without), chance };
      for (const one of [...beginning, ...operations]) {
        carryOutDocker(world, one, upAndLook);
        endMigrations(world);
      }
      getsThere(world);
    },
  );

const numberOf = (name: string): number | undefined => {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
};

/** To play a sequence again that was found: its seed and its path, with as many runs as then. */
const PLAYED = {
  numRuns: numberOf("OPERATORS_RUNS") ?? 100,
  seed: numberOf("OPERATORS_SEED"),
  path: process.env["OPERATORS_PATH"],
};

test(
  "whatever operators, users and others do on a Docker host in whatever order, and wherever a run is killed, users are served, no stream is cut before its limit, and the wanted release comes up in the end (I2, I4, I5)",
  { timeout: 600_000 },
  () => {
    fc.assert(lawful(), PLAYED);
  },
);

test.each(Object.entries(DOCKER_SAFEGUARDS) as [DockerSafeguard, string][])(
  "it is found where the program lacks this: %s. Without it %s",
  { timeout: 600_000 },
  (safeguard) => {
    const found = fc.check(lawful(safeguard), { seed: 5, numRuns: 3000, endOnFailure: true });
    expect(found.failed).toBe(true);
  },
);
