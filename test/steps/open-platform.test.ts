import { expect, test } from "vitest";
import { openPlatform } from "../../components/steps/open-platform";
import { kubeconfigFor, withApi } from "../kubernetes/stand-in-api";

test("a step works in the cluster of its input, which the gates have looked at, whatever else its environment names (law 1)", async () => {
  const elsewhere = kubeconfigFor("http://127.0.0.1:1");
  const io = { env: { GATEWAYS_KUBECONFIG: elsewhere }, say: () => undefined };
  const found = await withApi(
    (_, path) => (path === "/k8s/api/v1/namespaces/a/secrets/s" ? {} : undefined),
    (kubeconfig) =>
      openPlatform({ kubeconfig, namespace: "a" }, io, (platform) => platform.findSecret("s")),
  );
  expect(found).toEqual({ exists: true, words: "Secret a/s" });
});

test("a refusal of the cluster is told as the reason of the step", async () => {
  const io = { env: {}, say: () => undefined };
  const asked = withApi(
    () => undefined,
    (kubeconfig) =>
      openPlatform({ kubeconfig, namespace: "a" }, io, (platform) =>
        platform.runningImages({ app: "gateway" }, "gateway"),
      ),
  );
  await expect(asked).rejects.toThrow(
    "the cluster cannot be asked: not found (404 at /api/v1/namespaces/a/pods)",
  );
});

test("a target that nobody knows is refused, with those that there are", async () => {
  const io = { env: {}, say: () => undefined };
  const asked = openPlatform({ target: "moon" }, io, () => Promise.resolve());
  await expect(asked).rejects.toThrow(
    'there is no target "moon". Fix: name one of kubernetes, docker.',
  );
});
