import { expect, test } from "vitest";
import { lookAtBridges } from "../../components/bamf/look-at-bridges";
import type { Reply } from "../../components/kubernetes/api/client";

const place = { namespace: "ns", release: "bamf" };
const pod = (name: string, status: string, deletionTimestamp?: string) => ({
  metadata: { name, deletionTimestamp },
  status: { conditions: [{ type: "Ready", status }] },
});
const metrics = [
  "# HELP bamf_bridge_active_tunnels Tunnels that are open",
  "# TYPE bamf_bridge_active_tunnels gauge",
  "bamf_bridge_active_tunnels 7",
  'bamf_bridge_active_tunnels_by_protocol{protocol="ssh-audit"} 2',
  "bamf_bridge_non_migratable_tunnels 2",
].join("\n");

/** A cluster with these pods, whose metrics are answered by name. */
function client(pods: readonly object[], replies: Readonly<Record<string, Reply | Error>>) {
  const asked: string[] = [];
  return {
    asked,
    get: <T>(path: string) => {
      asked.push(path);
      return Promise.resolve({ items: pods } as T);
    },
    ask: (path: string) => {
      asked.push(path);
      const [, name = ""] = /pods\/([^:]+):8080\/proxy\/metrics$/.exec(path) ?? [];
      const reply = replies[name] ?? new Error("unexpected");
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
    },
  };
}

test("each bridge is asked itself how many tunnels it has, and how many cannot move (B-10)", async () => {
  const cluster = client([pod("bamf-bridge-0", "True"), pod("bamf-bridge-1", "False")], {
    "bamf-bridge-0": { status: 200, body: metrics },
    "bamf-bridge-1": { status: 200, body: "bamf_bridge_active_tunnels 0" },
  });
  expect(await lookAtBridges(cluster, place)).toEqual([
    { name: "bamf-bridge-0", ready: true, tunnels: { open: 7, pinned: 2 } },
    { name: "bamf-bridge-1", ready: false, tunnels: { open: 0, pinned: 0 } },
  ]);
  expect(cluster.asked[0]).toBe(
    "/api/v1/namespaces/ns/pods?labelSelector=app.kubernetes.io%2Finstance%3Dbamf%2Capp.kubernetes.io%2Fcomponent%3Dbridge",
  );
});

test.each([
  ["does not answer", new Error("timeout")],
  ["answers with an error", { status: 503, body: "" }],
  ["tells no number, as before 0.3.0", { status: 200, body: "go_goroutines 12" }],
])("a bridge that %s has no tunnels told: that is not none", async (_, reply) => {
  const cluster = client([pod("bamf-bridge-0", "True")], { "bamf-bridge-0": reply });
  expect(await lookAtBridges(cluster, place)).toEqual([
    { name: "bamf-bridge-0", ready: true, tunnels: undefined },
  ]);
});

test("a bridge on its way out is none", async () => {
  const gone = pod("bamf-bridge-0", "True", "2026-01-01T00:00:00Z");
  expect(await lookAtBridges(client([gone], {}), place)).toEqual([]);
});
