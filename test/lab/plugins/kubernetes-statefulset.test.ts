import { describe, expect, test } from "vitest";
import type { KubeApi } from "./kubernetes/api";
import { judgeStatefulSet } from "./kubernetes/await/workloads";

const api = { list: () => Promise.resolve([]) } as unknown as KubeApi;
const around = { api, before: undefined, isRead: false };

const set = (status: object, spec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "bridge", namespace: "a", generation: 2 },
  spec: { replicas: 3, updateStrategy: { type: "RollingUpdate" }, ...spec },
  status: { observedGeneration: 2, replicas: 3, readyReplicas: 3, ...status },
});

const isReady = async (object: ReturnType<typeof set>): Promise<boolean> =>
  (await judgeStatefulSet(object, around)).isReady;

describe("a StatefulSet", () => {
  test("is ready once all replicas are and the new revision is the current one", async () => {
    const done = { currentReplicas: 3, currentRevision: "two", updateRevision: "two" };
    expect(await isReady(set(done))).toBe(true);
    expect(await isReady(set({ ...done, observedGeneration: 1 }))).toBe(false);
    expect(await isReady(set({ ...done, readyReplicas: 2 }))).toBe(false);
  });

  test("whose partition holds back its pods is never ready: whoever sets one has to wait by himself", async () => {
    const held = { currentReplicas: 3, currentRevision: "one", updateRevision: "two" };
    const spec = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 3 } } };
    const judgement = await judgeStatefulSet(set(held, spec), around);
    expect(judgement.isReady).toBe(false);
    expect(judgement.problems).toEqual([
      'StatefulSet controller failed to advance from revision "one" to revision "two"',
    ]);
  });
});
