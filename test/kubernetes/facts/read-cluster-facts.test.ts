import { describe, expect, test } from "vitest";
import { openCluster } from "../../../components/kubernetes/api/client";
import { readClusterFacts } from "../../../components/kubernetes/facts/read-cluster-facts";
import { podRequests } from "../../../components/kubernetes/objects/pod-requests";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { Refusal, withApi, type Answer } from "../stand-in-api";

const deployment = { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" };
const monitor = { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor", name: "gateway" };
const namespace = { apiVersion: "v1", kind: "Namespace", name: "smoltbot" };

const look = (
  answers: Readonly<Record<string, unknown>>,
  more: readonly (typeof deployment)[] = [],
) => {
  const answer: Answer = (_, path) => answers[path.replace("/k8s", "")];
  return withApi(answer, async (kubeconfig) =>
    readClusterFacts({
      client: await openCluster({ kubeconfig }),
      namespace: "smoltbot",
      instance: "smoltbot",
      objects: [deployment, monitor, namespace, ...more],
      record: "gateway-chart",
    }),
  );
};

const none = { items: [] };
const empty = {
  "/version": { gitVersion: "v1.34.4-eks-1234" },
  "/api/v1/nodes": none,
  "/api/v1/pods": none,
  "/apis/apps/v1/namespaces/smoltbot/deployments": none,
  "/api/v1/namespaces/smoltbot/pods": none,
  "/apis/batch/v1/namespaces/smoltbot/jobs": none,
  "/apis/policy/v1/namespaces/smoltbot/poddisruptionbudgets": none,
  "/apis/networking.k8s.io/v1/namespaces/smoltbot/networkpolicies": none,
  "/api/v1/namespaces/smoltbot/secrets": none,
  "/api/v1/namespaces/smoltbot/resourcequotas": none,
  "/api/v1/namespaces/smoltbot/limitranges": none,
  "/apis/apps/v1": { resources: [{ name: "deployments", kind: "Deployment", namespaced: true }] },
  "/api/v1": { resources: [{ name: "namespaces", kind: "Namespace", namespaced: false }] },
};

describe("a look at the cluster", () => {
  test("finds nothing where nothing was installed: a missing namespace and an unknown kind are answers", async () => {
    expect(await look(empty)).toEqual({
      version: "1.34.4",
      namespaceExists: false,
      nodes: [],
      workloads: [],
      pods: [],
      jobs: [],
      budgets: [],
      policies: [],
      admission: observed({ quotas: [], limitRanges: [] }),
      live: [],
      record: undefined,
      helmRecords: [],
    });
  });

  test("tells whose the live objects are, and who owns which of their fields", async () => {
    const metadata = {
      annotations: { "meta.helm.sh/release-name": "smoltbot" },
      managedFields: [
        { manager: "helm" },
        { manager: "kubectl", subresource: "scale", fieldsV1: { "f:spec": {} } },
        { manager: "helm" },
      ],
    };
    const path = "/apis/apps/v1/namespaces/smoltbot/deployments/gateway";
    const { live, namespaceExists } = await look({
      ...empty,
      [path]: { metadata },
      "/api/v1/namespaces/smoltbot": { metadata: {} },
    });
    expect(namespaceExists).toBe(true);
    expect(live).toEqual([
      {
        key: "apps/v1/Deployment/smoltbot/gateway",
        helmRelease: "smoltbot",
        managers: ["helm", "kubectl"],
        owners: [
          { manager: "helm", subresource: "", fields: {} },
          { manager: "kubectl", subresource: "scale", fields: { "f:spec": {} } },
          { manager: "helm", subresource: "", fields: {} },
        ],
        content: { metadata },
      },
      {
        key: "v1/Namespace/smoltbot/smoltbot",
        helmRelease: "",
        managers: [],
        owners: [],
        content: { metadata: {} },
      },
    ]);
  });

  test("adds up what is asked of each node (S-05)", async () => {
    const pod = (nodeName: string, cpu: string) => ({
      spec: { nodeName, containers: [{ resources: { requests: { cpu, memory: "1Mi" } } }] },
    });
    const { nodes } = await look({
      ...empty,
      "/api/v1/nodes": {
        items: [
          {
            metadata: { name: "a" },
            spec: { unschedulable: true },
            status: {
              allocatable: { cpu: "2", memory: "1Gi" },
              images: [{ names: ["ghcr.io/mnemom/gateway:1.1.0"], sizeBytes: 1 }, {}],
              conditions: [{ type: "Ready", status: "True" }],
            },
          },
        ],
      },
      "/api/v1/pods": { items: [pod("a", "250m"), pod("a", "1"), pod("b", "1")] },
    });
    expect(nodes).toEqual([
      {
        name: "a",
        ready: true,
        schedulable: false,
        images: ["ghcr.io/mnemom/gateway:1.1.0"],
        digests: {},
        allocatable: { cpu: 2000, memory: 1073741824 },
        requested: { cpu: 1250, memory: 2097152 },
      },
    ]);
  });

  test("tells the digests of what nodes have and pods run, but for images that nobody has pulled", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const pulled = `ghcr.io/mnemom/gateway@${digest}`;
    const status = (name: string, imageID: string) => ({ name, imageID, restartCount: 0 });
    // The second is one whose name another image has taken over, as a kubelet lists it.
    const images = [{ names: [pulled, "gateway:1"] }, { names: null }, { names: ["own:1"] }];
    const { nodes, pods } = await look({
      ...empty,
      "/api/v1/nodes": { items: [{ status: { images } }] },
      "/api/v1/namespaces/smoltbot/pods": {
        items: [
          {
            spec: { containers: [{ name: "gateway" }, { name: "own" }] },
            status: { containerStatuses: [status("gateway", pulled), status("own", digest)] },
          },
        ],
      },
    });
    expect(nodes[0]?.digests).toEqual({ [pulled]: [digest], "gateway:1": [digest] });
    expect(pods[0]?.containers.map(({ manifest }) => manifest)).toEqual([digest, undefined]);
  });

  test("goes on where a role may not list quotas, and says why they are unknown (S-05)", async () => {
    const words = JSON.stringify({ message: "resourcequotas is forbidden" });
    const path = "/api/v1/namespaces/smoltbot/resourcequotas";
    const { admission } = await look({ ...empty, [path]: new Refusal(403, words) });
    expect(admission).toEqual(unavailable(`resourcequotas is forbidden (403 at ${path})`));
  });

  test("is refused as a whole where one part of it is: half a look would mislead", async () => {
    const words = JSON.stringify({ message: "nodes is forbidden" });
    const refused = look({ ...empty, "/api/v1/nodes": new Refusal(403, words) });
    await expect(refused).rejects.toThrow("nodes is forbidden (403 at /api/v1/nodes)");
  });
});

describe("what the scheduler sets aside for a pod", () => {
  const container = (name: string, cpu: string, more = {}) => ({
    name,
    resources: { requests: { cpu } },
    ...more,
  });
  const sidecar = { restartPolicy: "Always" };

  test.each([
    ["is the sum of its containers", [container("a", "1"), container("b", "500m")], [], 1500],
    [
      "is its init container where that asks for more",
      [container("a", "1")],
      [container("i", "2")],
      2000,
    ],
    ["adds its sidecars", [container("a", "1")], [container("s", "1", sidecar)], 2000],
    [
      "counts a sidecar beside a later init container",
      [container("a", "1")],
      [container("s", "1", sidecar), container("i", "3")],
      4000,
    ],
  ])("%s", (_, containers, initContainers, cpu) => {
    expect(podRequests({ containers, initContainers }).cpu).toBe(cpu);
  });

  test("includes the overhead of its runtime", () => {
    expect(podRequests({ containers: [], overhead: { memory: "10Mi" } }).memory).toBe(10485760);
  });
});

describe("the workloads of a release", () => {
  const live = { metadata: { name: "one" }, spec: { selector: {}, template: {} }, status: {} };
  const lists = {
    ...empty,
    "/apis/apps/v1/namespaces/smoltbot/deployments": { items: [live] },
    "/apis/apps/v1/namespaces/smoltbot/statefulsets": { items: [live] },
  };
  const bridge = { apiVersion: "apps/v1", kind: "StatefulSet", name: "bridge" };

  test("are its Deployments alone where it declares no StatefulSet: nobody needs that right", async () => {
    const { workloads } = await look({
      ...lists,
      "/apis/apps/v1/namespaces/smoltbot/statefulsets": new Refusal(403, "{}"),
    });
    expect(workloads.map(({ kind, name }) => `${kind ?? ""}/${name}`)).toEqual(["Deployment/one"]);
  });

  test("are held while no new pod of theirs can count as available for weeks: a run that was cut off has left that (T-25)", async () => {
    const spec = { ...live.spec, minReadySeconds: 30 * 24 * 3600 };
    const items = [{ ...live, spec }, live];
    const path = "/apis/apps/v1/namespaces/smoltbot/deployments";
    const { workloads } = await look({ ...lists, [path]: { items } });
    expect(workloads.map((one) => one.held)).toEqual([true, false]);
  });

  test("are its StatefulSets as well where it declares one", async () => {
    const { workloads } = await look(lists, [bridge]);
    expect(workloads.map(({ kind, name }) => `${kind ?? ""}/${name}`)).toEqual([
      "Deployment/one",
      "StatefulSet/one",
    ]);
  });
});
