import { expect, test } from "vitest";
import { openCluster } from "../../../components/kubernetes/api/client";
import { readClusterUid } from "../../../components/kubernetes/api/cluster-uid";
import { Refusal, withApi } from "../stand-in-api";

const read = (answer: unknown) =>
  withApi(
    (_, path) => (path.replace("/k8s", "") === "/api/v1/namespaces/kube-system" ? answer : {}),
    async (kubeconfig) => readClusterUid(await openCluster({ kubeconfig })),
  );

test("a cluster is known by the uid of its namespace kube-system", async () => {
  expect(await read({ metadata: { uid: "c-1" } })).toBe("c-1");
});

test("a cluster is not known to a role that may not read that namespace", async () => {
  expect(await read(new Refusal(403, "forbidden"))).toBeUndefined();
});

test("a cluster that fails to answer is no unknown one", async () => {
  await expect(read(new Refusal(500, "etcd is away"))).rejects.toThrow(/500|etcd/);
});
