import { describe, expect, test } from "vitest";
import type { Call, ClusterClient } from "../../../components/kubernetes/api/client";
import { workloadLook } from "../../../components/kubernetes/platform/instances";
import { judgeRollout } from "../../../components/kubernetes/watch/judge-rollout";
import { newestPods } from "../../../components/kubernetes/watch/newest-pods";
import { readRollout } from "../../../components/kubernetes/watch/read-rollout";
import { refreshStuckPods } from "../../../components/kubernetes/watch/refresh-stuck-pods";
import type { StatefulSetView } from "../../../components/kubernetes/watch/rollout-view";
import { startStopped } from "../../../components/kubernetes/watch/start-stopped";
import { writersOf } from "../../../components/kubernetes/watch/writers";
import { pod } from "../../steps/rollout-worlds";

type Pod = StatefulSetView["pods"][number];

const statefulSet = (status: object = {}, spec: object = {}, metadata: object = {}) =>
  ({
    metadata: { name: "bridge", uid: "s", generation: 3, ...metadata },
    spec: { replicas: 2, selector: { matchLabels: { app: "bridge" } }, ...spec },
    status: {
      ...{ observedGeneration: 3, currentRevision: "one", updateRevision: "two" },
      ...{ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
      ...status,
    },
  }) as unknown as StatefulSetView["statefulSet"];

const ordinal = (
  place: number,
  revision: string,
  more: Parameters<typeof pod>[2] = {},
  since?: string,
): Pod => {
  const made = pod(`bridge-${place}`, {}, { owner: "s", ...more });
  return {
    ...made,
    metadata: {
      ...made.metadata,
      labels: { "controller-revision-hash": revision },
      ...(since === undefined ? {} : { creationTimestamp: since }),
    },
  };
};

const view = (pods: readonly Pod[], of = statefulSet()): StatefulSetView => ({
  statefulSet: of,
  pods,
});
const judge = (...given: Parameters<typeof view>) => judgeRollout(view(...given), new Map(), 0);

describe("one look at the rollout of a StatefulSet", () => {
  test("is done once every pod is of the update revision and ready (B-06)", () => {
    expect(judge([ordinal(0, "two"), ordinal(1, "two")])).toMatchObject({
      state: "done",
      progress: "bridge 2/2 ready (new), 0 old",
    });
  });

  test("waits while a pod of an older revision is held, whatever that one is like", () => {
    const status = { updatedReplicas: 1 };
    const pods = [ordinal(0, "one", { ready: false }), ordinal(1, "two")];
    const verdict = judge(pods, statefulSet(status));
    expect(verdict).toMatchObject({ state: "waiting", progress: "bridge 1/2 ready (new), 1 old" });
    expect(verdict.problem).toBeUndefined();
  });

  test("waits while its controller has not seen the newest spec: its revisions are of the one before", () => {
    const pods = [ordinal(0, "two"), ordinal(1, "two")];
    expect(judge(pods, statefulSet({ observedGeneration: 2 })).state).toBe("waiting");
  });

  test("takes no pod of somebody else's for the newest, and none before there is a revision", () => {
    const foreign = ordinal(0, "two", { owner: "other" });
    expect(newestPods(view([foreign, ordinal(1, "two")]))).toHaveLength(1);
    expect(
      newestPods(view([ordinal(1, "two")], statefulSet({ updateRevision: undefined }))),
    ).toEqual([]);
  });

  test("is called a StatefulSet in messages", () => {
    const seen = view([ordinal(0, "two"), ordinal(1, "two")]);
    const template = { spec: { containers: [{ name: "bridge", image: "bridge:1" }] } };
    const look = workloadLook(
      view(seen.pods, statefulSet({}, { template })),
      judgeRollout(seen, new Map(), 0),
    );
    expect(look).toMatchObject({
      words: "StatefulSet bridge",
      wanted: 2,
      images: { bridge: "bridge:1" },
    });
    expect(look.instances.map(({ name }) => name)).toEqual(["bridge-0", "bridge-1"]);
    const pods = [ordinal(0, "one"), ordinal(1, "two")];
    const mixed = view(pods, statefulSet({}, { template }));
    const { instances, older } = workloadLook(mixed, judgeRollout(mixed, new Map(), 0));
    expect([instances, older].map((all) => all.map(({ name }) => name))).toEqual([
      ["bridge-1"],
      ["bridge-0"],
    ]);
  });
});

/** A cluster that gives one answer to everything, and what it was asked. */
function answering(found: unknown) {
  const calls: string[] = [];
  const answer = (path: string, call: Call = {}) => {
    const body = call.body === undefined ? "" : ` ${JSON.stringify(call.body)}`;
    calls.push(`${call.method ?? "GET"} ${decodeURIComponent(path)}${body}`);
    return Promise.resolve(/\/pods\?/.test(path) ? { items: [] } : found);
  };
  const client = { get: answer, find: answer, ask: answer } as unknown as ClusterClient;
  return { client, calls };
}

const io = { env: {}, say: () => undefined };
const path = "/apis/apps/v1/namespaces/ns/statefulsets/bridge";

describe("a StatefulSet that a step names", () => {
  test("is read with its pods, and with no ReplicaSets", async () => {
    const { client, calls } = answering(statefulSet());
    await readRollout(client, "ns", "StatefulSet/bridge");
    expect(calls).toEqual([
      `GET ${path}`,
      "GET /api/v1/namespaces/ns/pods?labelSelector=app=bridge",
    ]);
  });

  test("and that is not there is missed by its kind", async () => {
    const reading = readRollout(answering(undefined).client, "ns", "StatefulSet/bridge");
    await expect(reading).rejects.toThrow("there is no StatefulSet ns/bridge");
  });

  test("is stopped before a restore and started after it, as a Deployment is (S-44)", async () => {
    const { client, calls } = answering(statefulSet());
    const writers = writersOf(client, { namespace: "ns", workloads: ["StatefulSet/bridge"] }, io);
    await writers.stop(1);
    expect(calls[1]).toBe(
      `PATCH ${path}?fieldManager=gateways-restore {"metadata":{"annotations":{"gateways/replicas-before-restore":"2"}},"spec":{"replicas":0}}`,
    );
    const annotations = { "gateways/replicas-before-restore": "2" };
    const stopped = statefulSet({}, { replicas: 0 }, { annotations });
    const after = answering(stopped);
    await startStopped(after.client, "ns", view([], stopped), io);
    expect(after.calls).toEqual([
      `PATCH ${path}?fieldManager=gateways-restore {"metadata":{"annotations":{"gateways/replicas-before-restore":null}},"spec":{"replicas":2}}`,
    ]);
  });
});

describe("pods of a StatefulSet that are in the way of their successors", () => {
  const deleted = async (partition: number | undefined, since: string) => {
    const { client, calls } = answering({});
    const updateStrategy = { rollingUpdate: { partition } };
    const pods = [ordinal(0, "two"), ordinal(1, "bad", { ready: false }, since)];
    await refreshStuckPods(client, "ns", view(pods, statefulSet({}, { updateStrategy })), io);
    return calls;
  };
  const longAgo = new Date(Date.now() - 60_000).toISOString();

  test("are deleted, since their controller waits for them to get ready (T-24)", async () => {
    const calls = ["DELETE /api/v1/namespaces/ns/pods/bridge-1"];
    expect(await deleted(undefined, longAgo)).toEqual(calls);
    expect(await deleted(1, longAgo)).toEqual(calls);
  });

  test("stay where they are held, or have just begun", async () => {
    expect(await deleted(2, longAgo)).toEqual([]);
    expect(await deleted(undefined, new Date().toISOString())).toEqual([]);
  });
});
