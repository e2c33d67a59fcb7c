import { expect, test } from "vitest";
import { containerResources } from "../../../components/kubernetes/objects/read-container-resources";
import type { ContainerResources } from "../../../components/kubernetes/objects/container-resources";
import { resourceChanges } from "../../../components/kubernetes/gates/resource-changes";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster, workload } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod, namespace smoltbot";
const inside = "Deployment/gateway container gateway";
type Asked = Readonly<Record<string, string>>;
const asks = (requests: Asked, limits: Asked = {}): Readonly<Record<string, ContainerResources>> =>
  containerResources({
    spec: {
      template: { spec: { containers: [{ name: "gateway", resources: { requests, limits } }] } },
    },
  });
const say = (before: ReturnType<typeof asks>, after: ReturnType<typeof asks>, pods = 3) =>
  spoken(
    resourceChanges({
      cluster: cluster({ workloads: [workload({ resources: before })] }),
      wanted: [{ name: "gateway", pods, containers: after }],
      at,
    }),
  );

const same = `pass ${at}: the same requests and limits as what runs, or nothing runs`;

test("the same amounts pass, however they are written and whoever fills them in (S-06)", () => {
  expect(say(asks({ cpu: "1000m", memory: "1Gi" }), asks({ cpu: "1", memory: "1024Mi" }))).toEqual([
    same,
  ]);
  expect(say(asks({ cpu: "1" }, { cpu: "1" }), asks({}, { cpu: "1" }))).toEqual([same]);
});

test("every change is told with what it comes to over all pods (S-06)", () => {
  const before = asks({ cpu: "100m", memory: "256Mi" }, { memory: "512Mi" });
  const after = asks({ cpu: "250m", memory: "256Mi" }, { memory: "384Mi", cpu: "2" });
  expect(say(before, after)).toEqual([
    `warn ${inside}: a cpu request that changes from 100m to 250m; over 3 pods from 300m to 750m`,
    `warn ${inside}: a cpu limit that changes from none to 2000m; over 3 pods from none to 6000m`,
    `warn ${inside}: a memory limit that changes from 512 MiB to 384 MiB; over 3 pods from 1536 MiB to 1152 MiB`,
  ]);
});

test("the advice is about where it hurts: more requests need nodes, a lower memory limit kills", () => {
  const fix = (before: ReturnType<typeof asks>, after: ReturnType<typeof asks>) =>
    resourceChanges({
      cluster: cluster({ workloads: [workload({ resources: before })] }),
      wanted: [{ name: "gateway", pods: 1, containers: after }],
      at,
    })[0]?.fix;
  const memory = (amount: string) => asks({ memory: "1Mi" }, { memory: amount });
  expect(fix(asks({ cpu: "1" }), asks({ cpu: "2" }))).toMatch(/cluster has it to spare/);
  expect(fix(asks({ cpu: "2" }), asks({ cpu: "1" }))).toMatch(/still get what they use/);
  expect(fix(memory("2Mi"), memory("1Mi"))).toMatch(/a pod is killed/);
  expect(fix(memory("1Mi"), memory("2Mi"))).toMatch(/nodes can bear it/);
  expect(fix(memory("1Mi"), asks({ memory: "1Mi" }))).toMatch(/nodes can bear it/);
});

test("a Deployment or container that does not run yet has nothing to be compared with", () => {
  expect(say({}, asks({ cpu: "1" }))).toEqual([same]);
  const wanted = [{ name: "other", pods: 1, containers: asks({ cpu: "1" }) }];
  expect(spoken(resourceChanges({ cluster: cluster(), wanted, at }))).toEqual([same]);
});

test("a cluster that could not be seen is an answer of its own", () => {
  const findings = resourceChanges({ cluster: unavailable("connection refused"), wanted: [], at });
  expect(spoken(findings)).toEqual([
    `unknown ${at}: no look at the Deployments: connection refused`,
  ]);
});

test("a StatefulSet is compared with the StatefulSet of its name, and with no Deployment (S-06)", () => {
  const before = [
    workload({ resources: asks({ cpu: "1" }) }),
    workload({ kind: "StatefulSet", resources: asks({ cpu: "2" }) }),
  ];
  const wanted = [
    { kind: "StatefulSet" as const, name: "gateway", pods: 2, containers: asks({ cpu: "1" }) },
  ];
  expect(spoken(resourceChanges({ cluster: cluster({ workloads: before }), wanted, at }))).toEqual([
    "warn StatefulSet/gateway container gateway: a cpu request that changes from 2000m to 1000m; over 2 pods from 4000m to 2000m",
  ]);
});
