import { describe, expect, test } from "vitest";
import type { Call } from "../../../components/kubernetes/api/client";
import { oneByOne } from "../../../components/kubernetes/platform/one-by-one";
import { standInStatefulSet } from "../stand-in-stateful-set";

type World = ReturnType<typeof standInStatefulSet>;

const said: string[] = [];
const turnsOf = ({ client }: World) => {
  said.length = 0;
  const io = { env: {}, say: (line: string) => void said.push(line) };
  return oneByOne(client, "bamf", "StatefulSet/bridge", {}, io, 1);
};
const failure = (work: Promise<unknown>) => work.then(() => "nothing failed", String);

/** A StatefulSet whose new release `two` is applied and not yet rolled out. */
const upgraded = (...broken: string[]) => {
  const world = standInStatefulSet();
  for (const revision of broken) world.broken.add(revision);
  world.apply("two");
  return world;
};

describe("a release whose first pod does not come up", () => {
  test("fails with the reason, and all others serve on (T-24)", async () => {
    const world = upgraded("two");
    const { waiting, replace } = turnsOf(world);
    await waiting();
    expect(await failure(replace("bridge-2", 60))).toContain(
      "bridge does not come up: container bridge of pod bridge-2 ended with exit code 1",
    );
    expect(world.shown().slice(0, 2)).toEqual(["0 one #1", "1 one #2"]);
    expect(world.partition).toBe(2);
  });

  test("is gone back from by deleting the stuck pod, for which its controller would wait for ever, before any other has its turn (T-24)", async () => {
    const world = upgraded("two");
    const failed = turnsOf(world);
    await failed.waiting();
    await failure(failed.replace("bridge-2", 60));
    world.apply("one");
    expect(await turnsOf(world).waiting()).toEqual([]);
    expect(world.shown().sort()).toEqual(["0 one #1", "1 one #2", "2 one #5"]);
    expect(said.join()).toContain(
      "pod bridge-2 is not ready and keeps its successor from starting",
    );
    expect(world.partition).toBe(3);
  });

  test("is gone on from in the same way: nobody can be asked for the sessions of a pod that never was ready (T-24)", async () => {
    const world = upgraded("two");
    world.crashes = false;
    const failed = turnsOf(world);
    await failed.waiting();
    const options = { readyWithinSeconds: 0.01 };
    const io = { env: {}, say: () => undefined };
    const { replace } = oneByOne(world.client, "bamf", "StatefulSet/bridge", options, io, 1);
    await failure(replace("bridge-2", 60));
    world.apply("three");
    expect(await turnsOf(world).waiting()).toEqual(["bridge-1", "bridge-0"]);
    expect(world.shown().sort()).toEqual(["0 one #1", "1 one #2", "2 three #5"]);
  });

  test("and that has replaced a good pod before is gone back from in order (T-24)", async () => {
    const world = upgraded();
    const first = turnsOf(world);
    await first.waiting();
    await first.replace("bridge-2", 60);
    world.broken.add("two");
    await failure(first.replace("bridge-1", 60));
    world.apply("one");
    const { waiting, replace } = turnsOf(world);
    expect(await waiting()).toEqual(["bridge-2"]);
    await replace("bridge-2", 60);
    expect(
      world
        .shown()
        .map((pod) => pod.slice(0, 5))
        .sort(),
    ).toEqual(["0 one", "1 one", "2 one"]);
    expect(world.shown()).toContain("0 one #1");
  });

  test("gets a fresh start where the same release is run again with what it lacked", async () => {
    const world = upgraded("two");
    const failed = turnsOf(world);
    await failed.waiting();
    await failure(failed.replace("bridge-2", 60));
    world.broken.clear();
    world.pods.get(2)!.readyIn = 4;
    expect(await turnsOf(world).waiting()).toEqual(["bridge-1", "bridge-0"]);
  });
});

describe("a pod that waits for its turn and is not ready", () => {
  /** The first of them was replaced well, and has a trouble since; then the version is set back. */
  const troubled = async (crashes: boolean) => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    await waiting();
    await replace("bridge-2", 60);
    world.broken.add("two");
    world.crashes = crashes;
    world.pods.get(2)!.readyIn = Infinity;
    world.apply("one");
    return { world, waiting: await turnsOf(world).waiting() };
  };

  test("is left to whoever knows its sessions if it was ready once and its process runs", async () => {
    const { world, waiting } = await troubled(false);
    expect(waiting).toEqual(["bridge-2"]);
    expect(world.shown()).toContain("2 two #4");
  });

  test.each(["one", "three"])(
    "is left to whoever knows its sessions before those above it have their turns, on the way to %s: its controller would replace none of them",
    async (wanted) => {
      const world = upgraded();
      const { waiting, replace } = turnsOf(world);
      for (const instance of (await waiting()).slice(0, 2)) await replace(instance, 60);
      world.broken.add("two");
      world.crashes = false;
      for (const ordinal of [1, 2]) world.pods.get(ordinal)!.readyIn = Infinity;
      world.apply(wanted);
      const calls = world.calls.length;
      const later = turnsOf(world);
      const [next, ...others] = await later.waiting();
      expect([next, ...others].slice(0, 2)).toEqual(["bridge-1", "bridge-2"]);
      expect(world.calls.slice(calls)).toEqual([]);
      await later.replace("bridge-1", 60);
      expect(world.shown()).toContain("2 two #4");
      for (let [one] = await later.waiting(); one !== undefined; [one] = await later.waiting())
        await later.replace(one, 60);
      expect(new Set(world.shown().map((pod) => pod.split(" ")[1]))).toEqual(new Set([wanted]));
      expect(world.partition).toBe(3);
    },
  );

  test("is left to whoever knows its sessions while one above it is gone, which its controller makes only after it", async () => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    for (const instance of (await waiting()).slice(0, 2)) await replace(instance, 60);
    world.broken.add("two");
    world.crashes = false;
    world.pods.get(1)!.readyIn = Infinity;
    world.pods.delete(2);
    world.apply("one");
    const calls = world.calls.length;
    const later = turnsOf(world);
    expect(await later.waiting()).toEqual(["bridge-1"]);
    expect(world.calls.slice(calls)).toEqual([]);
    await later.replace("bridge-1", 60);
    expect(await later.waiting()).toEqual([]);
    expect(new Set(world.shown().map((pod) => pod.split(" ")[1]))).toEqual(new Set(["one"]));
  });

  test("is replaced at once if nothing of it runs: with its process its sessions have ended", async () => {
    const { world, waiting } = await troubled(true);
    expect(waiting).toEqual([]);
    expect(world.shown()).toContain("2 one #5");
  });

  test("is deleted with the grace period that it has, never by force (B-14)", async () => {
    const world = upgraded("two");
    const failed = turnsOf(world);
    await failed.waiting();
    await failure(failed.replace("bridge-2", 60));
    world.apply("one");
    const { find, ask } = world.client;
    const deletions: unknown[] = [];
    const noting =
      <Answer>(call: (path: string, call?: Call) => Promise<Answer>) =>
      (path: string, given?: Call): Promise<Answer> => {
        if (given?.method === "DELETE") deletions.push({ path, body: given.body });
        return call(path, given);
      };
    Object.assign(world.client, { find: noting(find), ask: noting(ask) });
    await turnsOf(world).waiting();
    expect(deletions).toEqual([{ path: "/api/v1/namespaces/bamf/pods/bridge-2", body: undefined }]);
  });
});

describe("a first install whose first pod never got ready", () => {
  test("is mended by the next release, although its controller would make that pod again as it was (T-24)", async () => {
    const world = standInStatefulSet();
    world.broken.add("one");
    for (const ordinal of [1, 2]) world.pods.delete(ordinal);
    Object.assign(world.pods.get(0)!, { readyIn: Infinity, served: false });
    world.apply("two");
    expect(await turnsOf(world).waiting()).toEqual([]);
    expect(
      world
        .shown()
        .map((pod) => pod.slice(0, 5))
        .sort(),
    ).toEqual(["0 two", "1 two", "2 two"]);
    expect([world.partition, world.current]).toEqual([3, "two"]);
  });
});
