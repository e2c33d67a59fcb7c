import { describe, expect, test } from "vitest";
import { HELD_AT } from "../../../components/kubernetes/edits/hold-ordinals";
import { oneByOne } from "../../../components/kubernetes/platform/one-by-one";
import { nextOf } from "../../../components/kubernetes/watch/ordinal-turns";
import type { StatefulSetView } from "../../../components/kubernetes/watch/rollout-view";
import { standInStatefulSet } from "../stand-in-stateful-set";

type World = ReturnType<typeof standInStatefulSet>;

const io = { env: {}, say: () => undefined };
const turnsOf = ({ client }: World) => oneByOne(client, "bamf", "StatefulSet/bridge", {}, io, 1);
const failure = (work: Promise<unknown>) => work.then(() => "nothing failed", String);

/** A StatefulSet whose new release `two` is applied and not yet rolled out. */
const upgraded = () => {
  const world = standInStatefulSet();
  world.apply("two");
  return world;
};

/** What it does not prove: that a real controller keeps to the same rules; the lab's tests of the bridges do. */
describe("a StatefulSet whose pods wait for their turns", () => {
  test("names those of the older release, highest ordinal first, and none of them is replaced by itself (B-06)", async () => {
    const world = upgraded();
    const { waiting } = turnsOf(world);
    for (let look = 0; look < 5; look += 1)
      expect(await waiting()).toEqual(["bridge-2", "bridge-1", "bridge-0"]);
    expect(world.shown()).toEqual(["0 one #1", "1 one #2", "2 one #3"]);
    expect(world.calls).toEqual([]);
  });

  test("replaces the one whose turn has come, and returns once its successor is ready (B-06)", async () => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    await waiting();
    await replace("bridge-2", 60);
    expect(world.shown()).toEqual(["0 one #1", "1 one #2", "2 two #4"]);
    expect(world.partition).toBe(2);
    expect(await waiting()).toEqual(["bridge-1", "bridge-0"]);
    expect(world.shown()).toEqual(["0 one #1", "1 one #2", "2 two #4"]);
  });

  test("rests at its declared partition after the last, and nobody else owns the field then", async () => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    for (const instance of await waiting()) await replace(instance, 60);
    expect(world.shown().sort()).toEqual(["0 two #6", "1 two #5", "2 two #4"]);
    expect([world.partition, world.current]).toEqual([3, "two"]);
    expect(world.managers).toEqual(["pulumi-kubernetes-1"]);
    expect(await waiting()).toEqual([]);
  });

  test("replaces nothing out of turn", async () => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    await waiting();
    expect(await failure(replace("bridge-1", 60))).toContain(
      "bridge-1 may not be replaced before bridge-2",
    );
    expect(world.calls).toEqual([]);
  });

  test("replaces nothing while another pod is not ready, and says which", async () => {
    const world = upgraded();
    world.pods.get(0)!.readyIn = Infinity;
    const { replace } = turnsOf(world);
    expect(await failure(replace("bridge-2", 0.02))).toContain(
      "bridge still waits for bridge-0 to get ready after 0.02 s",
    );
    expect(world.calls).toEqual([]);
    expect(world.shown()).toContain("2 one #3");
  });
});

describe("a roll that was killed", () => {
  test("before the released pod was stopped holds it again", async () => {
    const world = upgraded();
    world.partition = 2;
    // What keeps the controller from stopping the released one at once.
    world.pods.get(0)!.readyIn = 5;
    expect(await turnsOf(world).waiting()).toEqual(["bridge-2", "bridge-1", "bridge-0"]);
    expect(world.partition).toBe(3);
    expect(world.shown()).toEqual(["0 one #1", "1 one #2", "2 one #3"]);
  });

  test("in the middle of a replacement goes on with the next once the new pod is ready", async () => {
    const world = upgraded();
    world.partition = 2;
    world.pods.get(2)!.goneIn = 2;
    const { waiting, replace } = turnsOf(world);
    expect(await waiting()).toEqual(["bridge-1", "bridge-0"]);
    expect(world.shown()).toContain("2 two #4");
    await replace("bridge-1", 60);
    expect(world.partition).toBe(1);
  });

  test("after the last pod puts the partition back to its place", async () => {
    const world = upgraded();
    const { waiting, replace } = turnsOf(world);
    for (const instance of await waiting()) await replace(instance, 60);
    world.partition = 0;
    expect(await turnsOf(world).waiting()).toEqual([]);
    expect(world.partition).toBe(3);
  });
});

describe("a StatefulSet whose pods nobody holds", () => {
  test.each([
    ["by a place to rest at", (world: World) => world, null],
    ["by its strategy", (world: World) => ((world.type = "OnDelete"), world), 3],
  ])("is refused: not %s", async (_, change, held) => {
    const world = change(standInStatefulSet(3, held));
    expect(await failure(turnsOf(world).waiting())).toMatch(
      /the pods of StatefulSet bridge do not wait for their turns: .* without a place to rest at/,
    );
    expect(world.calls).toEqual([]);
  });
});

test("a pod without a readiness probe has to stand for a while before the next one has its turn (T-01)", () => {
  const since = Date.parse("2026-11-28T10:00:00Z");
  const next = (seconds: number, containers: readonly object[] = [{ name: "bridge" }]) => {
    const conditions = [
      { type: "Ready", status: "True", lastTransitionTime: new Date(since).toISOString() },
    ];
    const metadata = {
      name: "bridge-2",
      labels: { "controller-revision-hash": "two" },
      ownerReferences: [{ uid: "s" }],
    };
    const view = {
      statefulSet: {
        metadata: { name: "bridge", uid: "s", annotations: { [HELD_AT]: "0" } },
        spec: { replicas: 3 },
        status: { updateRevision: "two" },
      },
      pods: [{ metadata, spec: { containers }, status: { conditions } }],
    } as unknown as StatefulSetView;
    return nextOf(view, "bridge-2", since + seconds * 1000).do;
  };
  expect([next(4), next(5)]).toEqual(["wait", "end"]);
  expect(next(0, [{ name: "bridge", readinessProbe: {} }])).toBe("end");
});
