import { expect, test } from "vitest";
import { openCluster } from "../../../components/kubernetes/api/client";
import { replicasBefore } from "../../../components/kubernetes/objects/remembered-replicas";
import { workloadPath } from "../../../components/kubernetes/objects/workload-kind";
import { startStopped } from "../../../components/kubernetes/watch/start-stopped";
import type { DeploymentView } from "../../../components/kubernetes/watch/rollout-view";
import { standInDeployments } from "../../steps/stand-in-deployments";

/** A Deployment as it stands when the rollout begins, and what it is afterwards. */
async function rolledOut(replicas: number, remembered?: string) {
  const api = await standInDeployments({ gateway: replicas });
  if (remembered !== undefined)
    api.deployments.get("gateway")!.annotations[replicasBefore] = remembered;
  const client = await openCluster({ kubeconfig: api.kubeconfig });
  const said: string[] = [];
  const io = { env: {}, say: (line: string) => said.push(line) };
  const path = workloadPath("a", { kind: "Deployment", name: "gateway" });
  const deployment = await client.get<DeploymentView["deployment"]>(path);
  await startStopped(client, "a", { deployment, replicaSets: [], pods: [] }, io);
  client.close();
  await api.close();
  const { managers } = api.deployments.get("gateway")!;
  return { state: api.state()["gateway"], said: said.length, managers };
}

const managers = ["applier"];

test("a Deployment that a restore has stopped under an autoscaler gets back its replicas (S-44)", async () => {
  expect(await rolledOut(0, "3")).toEqual({ state: { replicas: 3 }, said: 1, managers });
});

test("one whose restore is complete gets them back as well, by the rollout alone (S-44)", async () => {
  const seen = await rolledOut(0, "3, rollout due");
  expect(seen).toEqual({ state: { replicas: 3 }, said: 1, managers });
});

test("one whose replicas were applied keeps those, and forgets the others (S-44)", async () => {
  expect(await rolledOut(2, "3")).toEqual({ state: { replicas: 2 }, said: 0, managers });
});

test("one that an operator has scaled to nothing stays so (S-44)", async () => {
  expect(await rolledOut(0)).toEqual({ state: { replicas: 0 }, said: 0, managers });
  expect(await rolledOut(0, "0")).toEqual({ state: { replicas: 0 }, said: 0, managers });
});
