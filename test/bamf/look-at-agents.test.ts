import { expect, test } from "vitest";
import { lookAtAgents } from "../../components/bamf/look-at-agents";
import type { Reply } from "../../components/kubernetes/api/client";

const place = { namespace: "ns", release: "bamf", deployment: "bamf-agent" };
const pod = (name: string, phase = "Running", deletionTimestamp?: string) => ({
  metadata: { name, deletionTimestamp },
  status: { phase },
});
const deployment = (manager: string) => ({
  metadata: { managedFields: [{ manager }] },
  spec: { replicas: 3 },
});

/** A cluster with this Deployment and these pods, whose metrics are answered by name. */
const client = (
  found: object | undefined,
  pods: readonly object[],
  replies: Readonly<Record<string, Reply>> = {},
) => ({
  find: <T>(path: string) =>
    Promise.resolve(
      (path === "/apis/apps/v1/namespaces/ns/deployments/bamf-agent" ? found : undefined) as T,
    ),
  get: <T>() => Promise.resolve({ items: pods } as T),
  ask: (path: string) => {
    const [, name = ""] = /pods\/([^:]+):8081\/proxy\/metrics$/.exec(path) ?? [];
    const reply = replies[name];
    return reply === undefined ? Promise.reject(new Error("timeout")) : Promise.resolve(reply);
  },
});

test("each agent of the chart is asked itself how many tunnels run through it; one that does not tell has not none (T-39)", async () => {
  const body = "# TYPE bamf_agent_active_tunnels gauge\nbamf_agent_active_tunnels 7\n";
  const cluster = client(
    deployment("pulumi-kubernetes-1a2b"),
    [
      pod("a"),
      pod("b"),
      pod("c"),
      pod("d", "Pending"),
      pod("e", "Running", "2026-01-01T00:00:00Z"),
    ],
    { a: { status: 200, body }, b: { status: 503, body: "" } },
  );
  expect(await lookAtAgents(cluster, place)).toEqual({
    replicas: 3,
    agents: [
      { name: "a", tunnels: 7 },
      { name: "b", tunnels: undefined },
      { name: "c", tunnels: undefined },
    ],
  });
});

test("a Deployment that somebody else has made, and one that is not there, go with no release of ours", async () => {
  expect((await lookAtAgents(client(deployment("helm"), []), place)).replicas).toBeUndefined();
  expect((await lookAtAgents(client(undefined, []), place)).replicas).toBeUndefined();
});
