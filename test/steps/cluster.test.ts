import { expect, test } from "vitest";
import { withCluster } from "../../components/steps/cluster";
import { kubeconfigFor, withApi } from "../kubernetes/stand-in-api";

test("a step works in the cluster of its input, which the gates have looked at, whatever else its environment names (law 1)", async () => {
  const elsewhere = kubeconfigFor("http://127.0.0.1:1");
  const io = { env: { GATEWAYS_KUBECONFIG: elsewhere }, say: () => undefined };
  const found = await withApi(
    (_, path) => (path === "/k8s/version" ? { gitVersion: "v1.34.4" } : undefined),
    (kubeconfig) => withCluster({ kubeconfig }, io, (client) => client.get("/version")),
  );
  expect(found).toEqual({ gitVersion: "v1.34.4" });
});

test("a refusal of the cluster is told as the reason of the step", async () => {
  const io = { env: {}, say: () => undefined };
  const asked = withApi(
    () => undefined,
    (kubeconfig) => withCluster({ kubeconfig }, io, (client) => client.get("/version")),
  );
  await expect(asked).rejects.toThrow("the cluster cannot be asked: not found (404 at /version)");
});
