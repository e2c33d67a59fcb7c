import { execa } from "execa";
import pRetry from "p-retry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAdmissionFacts } from "../../components/kubernetes/admission-facts";
import { openCluster, type ClusterClient } from "../../components/kubernetes/client";
import { surgeDemands } from "../../components/kubernetes/surge-demands";
import { quota } from "../../components/upgrade/gates/quota";
import { seen } from "../../components/upgrade/look";
import { connectLab, type Lab } from "../lab/lab";
import { cluster } from "../upgrade/gates/facts";
import { deployment } from "../upgrade/gates/gateway";

type Tree = Readonly<Record<string, unknown>>;

const container = (requests: Tree = {}, limits: Tree = {}) => ({
  name: "gateway",
  image: "gateway:1",
  resources: { requests, limits },
});
const quotaOf = (hard: Tree, scopes: readonly string[] = []) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "compute" },
  spec: { hard, scopes },
});
const rangeOf = (limit: Tree) => ({
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "sizes" },
  spec: { limits: [{ type: "Container", ...limit }] },
});

interface Place {
  readonly rules: readonly ReturnType<typeof quotaOf | typeof rangeOf>[];
  readonly containers?: readonly Tree[];
  readonly initContainers?: readonly Tree[];
}

const small = container({ cpu: "100m", memory: "64Mi" }, { cpu: "200m", memory: "128Mi" });
const refused: Readonly<Record<string, Place>> = {
  "no pod left": { rules: [quotaOf({ pods: 0 })] },
  "no object left": { rules: [quotaOf({ "count/pods": 0 })] },
  "a millicore too little": { rules: [quotaOf({ "requests.cpu": "99m" })] },
  "too little memory to use": { rules: [quotaOf({ "limits.memory": "127Mi" })] },
  "a limit that nobody names": {
    rules: [quotaOf({ "limits.cpu": 9 })],
    containers: [container({ cpu: "100m" })],
  },
  "a limit that counts as the request": {
    rules: [quotaOf({ cpu: "199m" })],
    containers: [container({}, { cpu: "200m" })],
  },
  "an init container that asks for more": {
    rules: [quotaOf({ cpu: "499m" })],
    initContainers: [{ ...container({ cpu: "500m" }), name: "init" }],
  },
  "a limit above the max": { rules: [rangeOf({ max: { memory: "100Mi" } })] },
  "a request below the min": { rules: [rangeOf({ min: { cpu: "101m" } })] },
  "a request above the limit by default": {
    rules: [rangeOf({ default: { memory: "32Mi" } })],
    containers: [container({ memory: "64Mi" })],
  },
  "a quota of pods that ask for something": { rules: [quotaOf({ pods: 0 }, ["NotBestEffort"])] },
  "a quota of pods without a deadline": { rules: [quotaOf({ pods: 0 }, ["NotTerminating"])] },
};
const letIn: Readonly<Record<string, Place>> = {
  "room to the millicore": {
    rules: [quotaOf({ pods: 1, "requests.cpu": "100m", "limits.memory": "128Mi" })],
  },
  "a limit range that gives what a quota counts": {
    rules: [quotaOf({ "limits.cpu": 1 }), rangeOf({ default: { cpu: 1 } })],
    containers: [container({ cpu: "100m" })],
  },
  "a max that is the default too": {
    rules: [rangeOf({ max: { cpu: 1 } })],
    containers: [container()],
  },
  "bounds that are just kept": {
    rules: [rangeOf({ min: { cpu: "100m" }, max: { cpu: "200m", memory: "128Mi" } })],
  },
  "a quota of other pods": { rules: [quotaOf({ pods: 0 }, ["BestEffort"])] },
  "a quota of pods with a deadline": { rules: [quotaOf({ pods: 0 }, ["Terminating"])] },
  "a quota that leaves out a pod that asks for nothing": {
    rules: [quotaOf({ pods: 0 }, ["NotBestEffort"])],
    containers: [container()],
  },
};

const cases = [
  ...Object.entries(refused).map(([name, place]) => ["block", name, place] as const),
  ...Object.entries(letIn).map(([name, place]) => ["pass", name, place] as const),
];
const namespaceOf = (name: string) => `admission-${name.replaceAll(" ", "-")}`;

/** The gate and the API server, asked about the same pod: a dry run stores nothing. */
describe("the gate quota and the API server", () => {
  let lab: Lab;
  let client: ClusterClient;

  const remove = () =>
    execa(
      "kubectl",
      [
        "delete",
        "namespace",
        ...cases.map(([, name]) => namespaceOf(name)),
        "--ignore-not-found",
        "--timeout=120s",
      ],
      { env: lab.env },
    );
  beforeAll(async () => {
    lab = await connectLab();
    client = await openCluster({ kubeconfig: lab.kubeconfig });
    await remove();
    const objects = cases.flatMap(([, name, { rules }]) => [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespaceOf(name) } },
      ...rules.map((rule) => ({
        ...rule,
        metadata: { ...rule.metadata, namespace: namespaceOf(name) },
      })),
    ]);
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await execa("kubectl", ["apply", "-f", "-"], { env: lab.env, input: list });
  });
  afterAll(async () => {
    client.close();
    await remove();
  });

  /** What the API server says to the pod, once it has counted the namespace and made its service account. */
  const decree = (namespace: string, spec: Tree) =>
    pRetry(
      async () => {
        const { status, body } = await client.ask(
          `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
          { method: "POST", body: { metadata: { name: "gateway" }, spec } },
        );
        if (/status unknown for quota|serviceaccount .* not found/.test(body))
          throw new Error(body);
        expect([201, 403, 422], body).toContain(status);
        return status === 201 ? "pass" : "block";
      },
      { retries: 40, minTimeout: 250, maxTimeout: 250 },
    );

  test.each(cases)("both say %s to %s (S-05)", async (verdict, name, place) => {
    const { containers = [small], initContainers = [] } = place;
    const namespace = namespaceOf(name);
    expect(await decree(namespace, { containers, initContainers })).toBe(verdict);
    const admission = seen(await readAdmissionFacts(client, namespace));
    const gateway = deployment({ replicas: 1 }, { containers, initContainers });
    const [, rollout] = surgeDemands({
      gateway: "smoltbot",
      objects: [gateway],
      job: gateway,
      running: undefined,
    });
    const findings = quota({
      cluster: cluster({ admission }),
      demands: rollout === undefined ? [] : [rollout],
      at: namespace,
    });
    expect(findings.map((finding) => finding.verdict)).toEqual([verdict]);
  });
});
