import { beforeEach, describe, expect, test } from "vitest";
import type { Call, ClusterClient } from "../../../components/kubernetes/api/client";
import { drainablePods, openPodDrain } from "../../../components/kubernetes/watch/drain-old-pods";
import { deployment, pod, view } from "../../steps/rollout-worlds";

const old = (name: string, more: object = {}) => pod(name, {}, { owner: "old", ...more });
const names = (...pods: Parameters<typeof view>[0]) =>
  drainablePods(view(pods)).map(({ metadata }) => metadata?.name);

describe("an old pod without a pause before its stop (S-54)", () => {
  test("may go once a new one serves in its place", () => {
    expect(names(pod("new-1"), old("old-1"), old("old-2"))).toEqual(["old-1"]);
  });

  test("stays while the new one is not ready", () => {
    expect(names(pod("new-1", {}, { ready: false }), old("old-1"), old("old-2"))).toEqual([]);
  });

  test("stays where without it fewer than the wanted ones would serve", () => {
    expect(names(pod("new-1"), old("old-1"))).toEqual([]);
  });

  test("stays where the new one is already on its way out", () => {
    const ending = pod("new-1", {}, { ending: true });
    expect(names(ending, old("old-1"), old("old-2"))).toEqual([]);
  });

  test("is no concern of a Deployment that was only scaled down", () => {
    expect(names(pod("new-1"), pod("new-2"), pod("new-3"))).toEqual([]);
  });

  test("is let go by itself where it has a pause of its own", () => {
    const pausing = old("old-1");
    const spec = {
      containers: [{ name: "gateway", lifecycle: { preStop: { sleep: { seconds: 4 } } } }],
    };
    expect(names(pod("new-1"), { ...pausing, spec }, old("old-2"))).toEqual(["old-2"]);
  });
});

describe("a farewell", () => {
  const calls: string[] = [];
  const said: string[] = [];
  const labelled = deployment({}, { selector: { matchLabels: { app: "x", part: "gateway" } } });
  const open = (left: readonly object[], refuse = false) => {
    const answer = (path: string, call: Call = {}) => {
      calls.push(`${call.method ?? "GET"} ${decodeURIComponent(path)}`);
      if (refuse && call.method === "PATCH") return Promise.reject(new Error("forbidden"));
      return Promise.resolve({ items: left });
    };
    const client = { get: answer, find: answer } as unknown as ClusterClient;
    const io = { env: {}, say: (line: string) => void said.push(line) };
    const letGo = { label: "part", pauseSeconds: 0.01 };
    return openPodDrain(client, "ns", letGo, view([], labelled), io);
  };

  beforeEach(() => {
    calls.length = 0;
    said.length = 0;
  });

  test("asks for what a killed run has taken out, and stops it", async () => {
    const farewell = await open([{ metadata: { name: "left" } }]);
    await farewell.ended();
    expect(calls).toEqual([
      "GET /api/v1/namespaces/ns/pods?labelSelector=app=x,part=gateway-leaving",
      "DELETE /api/v1/namespaces/ns/pods/left",
    ]);
  });

  test("takes a pod out once, however often it is seen, and then stops it", async () => {
    const farewell = await open([]);
    const sight = view([pod("new-1"), old("old-1"), old("old-2")], labelled);
    expect(farewell.see(sight)).toBe(true);
    expect(farewell.see(sight)).toBe(true);
    await farewell.ended();
    expect(calls.slice(1)).toEqual([
      "PATCH /api/v1/namespaces/ns/pods/old-1",
      "DELETE /api/v1/namespaces/ns/pods/old-1",
    ]);
    expect(farewell.see(view([pod("new-1"), pod("new-2")], labelled))).toBe(false);
  });

  test("goes on without the right to change pods, and says so", async () => {
    const farewell = await open([], true);
    farewell.see(view([pod("new-1"), old("old-1"), old("old-2")], labelled));
    await farewell.ended();
    expect(said).toEqual(["pod old-1 could not be taken out of the Service: forbidden"]);
    expect(calls.some((call) => call.startsWith("DELETE"))).toBe(false);
  });
});
