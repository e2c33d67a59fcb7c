import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bamf } from "../../../components/bamf/product";
import { releasesRunning } from "../../../components/kubernetes/gateway/look-at-gateway";
import { Refusal, withApi, type Answer } from "../stand-in-api";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "running-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What runs of a BAMF as an API server tells it. */
const look = (answer: Answer) =>
  withApi(answer, async (content) => {
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, content);
    const kubernetes = { kubeconfig, context: "near", namespace: "prod", release: "bamf" };
    const settings = { kubernetes, values: {} } as never;
    return releasesRunning({ product: bamf, config: { settings } as never });
  });

const matchLabels = { component: "api", instance: "bamf" };
const pod = (tag: string, more: object = {}) => ({
  metadata: { name: tag, labels: matchLabels, ...more },
  spec: { containers: [{ name: "api", image: `ghcr.io/mattrobinsonsre/bamf-api:${tag}` }] },
  status: { phase: "Running" },
});
const DEPLOYMENT = "/k8s/apis/apps/v1/namespaces/prod/deployments/bamf-api";

test("each release that serving pods run or start is told once, those on their way out are not, and only the pods of that Deployment are asked for", async () => {
  const asked: string[] = [];
  const going = { deletionTimestamp: "2026-11-29T00:00:00Z" };
  const items = [pod("v0.11.0"), pod("v0.11.0"), pod("v0.10.0"), pod("v0.9.1", going)];
  const found = await look(({ url = "" }, path) => {
    asked.push(decodeURIComponent(url));
    return path === DEPLOYMENT ? { spec: { selector: { matchLabels } } } : { items };
  });
  expect(found).toEqual(["0.11.0", "0.10.0"]);
  expect(asked).toEqual([
    DEPLOYMENT,
    "/k8s/api/v1/namespaces/prod/pods?labelSelector=component=api,instance=bamf",
  ]);
});

test("nothing runs of what is not there", async () => {
  expect(await look(() => undefined)).toEqual([]);
});

test("a cluster that refuses is no answer", async () => {
  const refusal = JSON.stringify({ kind: "Status", message: "pods is forbidden" });
  const refuse = look((_, path) =>
    path === DEPLOYMENT ? { spec: { selector: { matchLabels } } } : new Refusal(403, refusal),
  );
  await expect(refuse).rejects.toThrow("pods is forbidden");
});
