import { describe, expect, test } from "vitest";
import {
  demandsInCluster,
  demandsInNamespace,
  demandsOf,
  type DemandsArgs,
  type PlacedDemands,
} from "../../components/kubernetes/demands";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { capacity } from "../../components/kubernetes/gates/capacity";
import { quota } from "../../components/kubernetes/gates/quota";
import { observed } from "../../components/upgrade/observation";
import type { Plan } from "../../components/upgrade/plan/plan";
import { compute } from "../upgrade/gates/admission-world";
import { cluster, node, workload as workloadOf } from "../upgrade/gates/facts";
import { programsBack, spoken, step } from "../upgrade/gates/findings";
import { container, deployment } from "../upgrade/gates/gateway";

const sized = { ...container(), resources: { requests: { cpu: "600m", memory: "64Mi" } } };
const workload = deployment({}, { containers: [sized] });
const verified: Evidence = {
  version: "1.0.0",
  digests: {},
  configHash: "old",
  schemaHead: "",
  verifiedAt: "2026-05-30T12:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
};

/** What runs asks for as much as what is to come. */
const runs = workloadOf({
  resources: { gateway: { requests: { cpu: 600, memory: 64 * 1024 ** 2 }, limits: {} } },
});

interface Change {
  readonly kubernetes?: Readonly<Record<string, string>>;
  readonly adopt?: boolean;
  readonly version?: string;
  readonly configHash?: string;
  readonly client?: KubernetesObject;
  readonly plan?: Plan;
}

/** A gateway of a stack at 1.0.0 that is to become 1.1.0, unless something else is said. */
function gateway(
  name: string,
  {
    kubernetes = {},
    adopt = false,
    version = "1.1.0",
    configHash = "new",
    client,
    plan = step("1.0.0", version),
  }: Change = {},
): PlacedDemands {
  const settings = { adopt, kubernetes: { context: "prod", namespace: name, ...kubernetes } };
  const args: DemandsArgs = {
    gateway: name,
    settings,
    release: { rolledOut: [workload], configHash },
    job: { apiVersion: "batch/v1", kind: "Job", metadata: { name: "migrate" } },
    client,
    facts: { own: observed(verified), cluster: cluster({ workloads: [runs] }) },
    plan,
  };
  return { settings, demands: demandsOf(args) };
}

const east = gateway("east");
const west = gateway("west");
const room = (own: PlacedDemands, stack: readonly PlacedDemands[]) =>
  spoken(
    capacity({
      cluster: cluster({ nodes: [node()] }),
      demands: demandsInCluster(own, stack),
      at: "prod",
    }),
  ).slice(-1);
const alone = ["pass prod: room for 1 more pod of the rollout"];

describe("two gateways of a stack that fit alone and not together", () => {
  test("are both refused, and both are named (S-05)", () => {
    const refusal = [
      "block prod: no node for a pod of gateway of west in the rollout of east and west: the roomiest node, one, has 400m CPU and 960 MiB memory left",
    ];
    for (const own of [east, west]) {
      expect(room(own, [own])).toEqual(alone);
      expect(room(own, [east, west])).toEqual(refusal);
    }
  });

  test("are let on where they lie in two clusters (S-05)", () => {
    const far = gateway("west", { kubernetes: { context: "far" } });
    const other = gateway("west", { kubernetes: { kubeconfig: "/etc/other" } });
    expect(room(east, [east, far, other])).toEqual(alone);
  });

  test.each<[string, Change]>([
    ["stays as it is", { version: "1.0.0", configHash: "old" }],
    ["is adopted", { adopt: true }],
  ])("are let on where one of them %s: it starts no pod (S-05)", (_, change) => {
    const still = gateway("west", change);
    expect(still.demands).toEqual([]);
    expect(room(east, [east, still])).toEqual(alone);
    expect(room(still, [east, still])).toEqual([]);
  });

  test("are refused where one of them keeps its release and changes otherwise (S-05)", () => {
    const changed = gateway("west", { version: "1.0.0", configHash: "new" });
    expect(room(east, [east, changed])[0]).toMatch(/^block/);
  });
});

describe("a database that only a Job in the cluster reaches", () => {
  const client = { ...workload, kind: "Job" };
  const chapters = (change: Change) =>
    gateway("east", { client, ...change }).demands.map(({ chapter }) => chapter);

  test("needs room for its pod from the backup on, in an adoption for it alone (S-05)", () => {
    expect(chapters({})).toEqual(["backup", "schema", "rollout"]);
    expect(chapters({ adopt: true })).toEqual(["backup"]);
  });

  test("needs none on a way back that leaves the database alone: only its own pods (S-05, S-48)", () => {
    expect(chapters({ plan: programsBack, version: "1.0.0" })).toEqual(["rollout"]);
  });

  test("needs none where the gateway stays as it is (S-05)", () => {
    expect(chapters({ version: "1.0.0", configHash: "old" })).toEqual([]);
  });
});

describe("a quota", () => {
  const judged = (own: PlacedDemands, stack: readonly PlacedDemands[]) =>
    spoken(
      quota({
        cluster: cluster({
          admission: observed({ quotas: [compute({ pods: 3 }, { pods: 2 })], limitRanges: [] }),
        }),
        demands: demandsInNamespace(own, stack),
        at: "prod",
      }),
    );

  test("counts the pods of gateways in one namespace together (S-05)", () => {
    const shared = { kubernetes: { namespace: "shared" } };
    const [one, other] = [gateway("one", shared), gateway("other", shared)];
    expect(judged(one, [one])[0]).toMatch(/^pass/);
    expect(judged(one, [one, other])).toEqual([
      "block prod, ResourceQuota/compute: pods with 2 of 3 used, and 2 more for 2 pods of the rollout of one and other (a pod of gateway of one and a pod of gateway of other)",
    ]);
  });

  test("of one namespace does not count the pods of another one (S-05)", () => {
    expect(judged(east, [east, west])[0]).toMatch(/^pass/);
  });
});
