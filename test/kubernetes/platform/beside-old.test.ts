import { describe, expect, test } from "vitest";
import { oneByOne } from "../../../components/kubernetes/platform/one-by-one";
import { standInDeployment } from "../stand-in-deployment";

type World = ReturnType<typeof standInDeployment>;

const said: string[] = [];
const turnsOf = ({ client }: World, readyWithinSeconds?: number) => {
  said.length = 0;
  const io = { env: {}, say: (line: string) => void said.push(line) };
  return oneByOne(client, "bamf", "agent", { readyWithinSeconds }, io, 1);
};
const failure = (work: Promise<unknown>) => work.then(() => "nothing failed", String);

/** What a run does: it holds, another release is declared, and each old pod is stopped on command. */
async function upgrade(world: World, release: string, readyWithin?: number): Promise<void> {
  const { hold, waiting, replace } = turnsOf(world, readyWithin);
  await hold();
  if (world.release !== release) world.apply(release);
  for (;;) {
    const [next] = await waiting();
    if (next === undefined) return;
    await replace(next, 60);
  }
}

/** What it does not prove: that real controllers keep to the same rules. */
describe("a Deployment whose old pods stop on command (B-08, B-12)", () => {
  test("has all new pods ready before it names an old one, and Kubernetes stops none by itself", async () => {
    const world = standInDeployment(3);
    const { hold, waiting } = turnsOf(world);
    await hold();
    world.apply("two");
    const first = await waiting();
    expect(first).toHaveLength(3);
    world.tick(100);
    expect(await waiting()).toEqual(first);
    expect(world.shown()).toEqual([
      ...["one leaving", "one leaving", "one leaving"],
      ...["two", "two", "two"],
    ]);
    expect([world.cut, world.told]).toEqual([[], []]);
  });

  test("starts no pod of the old release in the places of those that were let go: it would take tunnels, and be stopped with them", async () => {
    const world = standInDeployment(3);
    await upgrade(world, "two");
    expect(world.strays).toEqual([]);
    // Nor is its ReplicaSet left as it was meanwhile: who goes back to it finds its pods a node.
    await upgrade(world, "one");
    expect([world.shown(), world.cut]).toEqual([["one", "one", "one"], []]);
  });

  test("stops the pod that it is told, and no other, and is as it is declared from then on", async () => {
    const world = standInDeployment();
    const { hold, waiting, replace } = turnsOf(world);
    await hold();
    world.apply("two");
    const [first = "", second = ""] = await waiting();
    // In another order than they were named in.
    await replace(second, 60);
    expect(world.told).toEqual([second]);
    expect(await waiting()).toEqual([first]);
    expect([world.minReady, world.managers]).toEqual([0, ["pulumi-kubernetes-1"]]);
    await replace(first, 60);
    expect(await waiting()).toEqual([]);
    expect(world.shown()).toEqual(["two", "two"]);
    expect(world.cut).toEqual([]);
  });

  test("stops no pod of the new release, whoever asks", async () => {
    const world = standInDeployment();
    const { replace } = turnsOf(world);
    expect(await failure(replace(world.pods[0]?.name ?? "", 60))).toContain("it does not leave");
    expect(world.told).toEqual([]);
  });

  test("leaves everything as it is where its pods are not changed, and holds nothing before an install", async () => {
    const world = standInDeployment();
    await upgrade(world, "one");
    expect([world.shown(), world.minReady]).toEqual([["one", "one"], 0]);
    const { client } = world;
    const none = { ...client, find: () => Promise.resolve(undefined) } as typeof client;
    await turnsOf({ ...world, client: none }).hold();
  });

  test("keeps its old pods in the hands of Kubernetes if the new ones do not come up, and says why", async () => {
    const world = standInDeployment();
    world.broken.add("two");
    expect(await failure(upgrade(world, "two"))).toContain(
      "agent does not come up: container agent of pod agent-two-",
    );
    expect(world.shown().filter((one) => one === "one")).toHaveLength(2);
    expect(world.cut).toEqual([]);
  });

  test("waits for old pods that have become unready: something may be open on them", async () => {
    const world = standInDeployment();
    const { hold, waiting } = turnsOf(world);
    await hold();
    for (const pod of world.pods) pod.readyIn = Infinity;
    world.apply("two");
    expect(await waiting()).toHaveLength(2);
    expect(world.told).toEqual([]);
  });

  test("of pods that do not run stops what is in its way: nothing is open on them", async () => {
    const world = standInDeployment();
    for (const pod of world.pods) Object.assign(pod, { running: false, readyIn: Infinity });
    await upgrade(world, "two");
    expect(world.shown()).toEqual(["two", "two"]);
  });
});

describe("a roll of a Deployment that was killed", () => {
  /** After so many changes to the cluster. */
  const moments = Array.from({ length: 14 }, (_, changes) => changes);

  test("has been killed at each of its moments by what follows", async () => {
    const world = standInDeployment();
    await upgrade(world, "two");
    expect(world.calls).toHaveLength(moments.length - 1);
  });

  test.each(["two", "one", "three"])(
    "at any moment is finished by a run to release %s, and no pod was stopped that was not told to",
    async (next) => {
      for (const changes of moments) {
        const world = standInDeployment();
        world.changesLeft = changes;
        await failure(upgrade(world, "two"));
        world.changesLeft = Infinity;
        // Nobody looks after it for a while.
        world.tick(50);
        await upgrade(world, next);
        world.tick(50);
        expect(world.shown(), `after ${changes} changes`).toEqual([next, next]);
        expect([world.cut, world.strays], `after ${changes} changes`).toEqual([[], []]);
        expect(world.minReady, `after ${changes} changes`).toBe(0);
      }
    },
  );

  test.each([
    ["do not run", true],
    ["run and are never ready", false],
  ])(
    "with new pods that %s is gone back from, and forth to a release that does, and none of them is waited for",
    async (_, crashes) => {
      for (const next of ["one", "three"]) {
        const world = standInDeployment();
        world.broken.add("two");
        world.crashes = crashes;
        await failure(upgrade(world, "two", 0.1));
        world.tick(50);
        await upgrade(world, next);
        expect([world.shown(), world.cut], next).toEqual([[next, next], []]);
        expect(world.told.filter((name) => name.includes("two"))).toEqual([]);
      }
    },
  );
});
