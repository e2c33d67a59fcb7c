import { expect, test } from "vitest";
import { readAdmissionFacts } from "../../../components/kubernetes/facts/read-admission";
import { openCluster } from "../../../components/kubernetes/api/client";
import { withApi } from "../stand-in-api";

const look = (quotas: readonly unknown[], ranges: readonly unknown[]) => {
  const answers = new Map<string, unknown>([
    ["/k8s/api/v1/namespaces/smoltbot/resourcequotas", { items: quotas }],
    ["/k8s/api/v1/namespaces/smoltbot/limitranges", { items: ranges }],
  ]);
  return withApi(
    (_, path) => answers.get(path),
    async (kubeconfig) => readAdmissionFacts(await openCluster({ kubeconfig }), "smoltbot"),
  );
};

test("a quota is told as the API server counts it, with all its scopes (S-05)", async () => {
  const compute = {
    metadata: { name: "compute" },
    spec: {
      hard: { "requests.cpu": "2" },
      scopes: ["NotTerminating"],
      scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass" }] },
    },
    status: {
      hard: { "requests.cpu": "1", "limits.memory": "1Gi", pods: "10" },
      used: { "requests.cpu": "250m", "limits.memory": "512Mi", pods: "3" },
    },
  };
  const fresh = { metadata: { name: "fresh" }, spec: { hard: { cpu: "1" } } };
  expect((await look([compute, fresh], [])).quotas).toEqual([
    {
      name: "compute",
      scopes: ["NotTerminating", "PriorityClass"],
      hard: { "requests.cpu": 1000, "limits.memory": 1024 ** 3, pods: 10 },
      used: { "requests.cpu": 250, "limits.memory": 512 * 1024 ** 2, pods: 3 },
    },
    { name: "fresh", scopes: [], hard: { cpu: 1000 }, used: {} },
  ]);
});

test("of a limit range is told what it says of containers (S-05)", async () => {
  const container = {
    type: "Container",
    min: { cpu: "10m" },
    max: { memory: "1Gi" },
    default: { cpu: "1" },
    defaultRequest: { cpu: "100m" },
  };
  const sizes = {
    metadata: { name: "sizes" },
    spec: { limits: [{ type: "Pod", max: { cpu: "4" } }, container] },
  };
  expect((await look([], [sizes])).limitRanges).toEqual([
    {
      name: "sizes",
      min: { cpu: 10 },
      max: { memory: 1024 ** 3 },
      defaultRequests: { cpu: 100 },
      defaultLimits: { cpu: 1000 },
    },
  ]);
});
