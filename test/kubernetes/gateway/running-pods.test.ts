import { expect, test } from "vitest";
import type { PodFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { runningVersions } from "../../../components/kubernetes/gateway/running-pods";

const pod = (image: string, changes: Partial<PodFacts> = {}): PodFacts => ({
  name: "pod",
  labels: { component: "gateway" },
  phase: "Running",
  ready: true,
  terminating: false,
  containers: [{ name: "gateway", image, digest: "", restarts: 0 }],
  ...changes,
});
const versions = (...pods: PodFacts[]) =>
  runningVersions({ pods }, { component: "gateway" }, "gateway");

test("what runs is each tag once, whatever registry and digest stand around it", () => {
  const images = ["ghcr.io/mnemom/gateway:1.0.0", "registry:5000/gateway:1.1.0@sha256:ab"];
  expect(versions(...[...images, ...images].map((image) => pod(image)))).toEqual([
    "1.0.0",
    "1.1.0",
  ]);
});

test("an image without a tag runs as latest (T-17)", () => {
  expect(versions(pod("registry:5000/gateway"))).toEqual(["latest"]);
});

test("sidecars, evicted pods, pods on their way out and pods of others do not count", () => {
  const sidecar = { name: "proxy", image: "proxy:9.9.9", digest: "", restarts: 0 };
  expect(
    versions(
      pod("g:3.0.0", { phase: "Failed" }),
      pod("", { containers: [sidecar] }),
      pod("g:1.0.0", { terminating: true }),
      pod("g:2.0.0", { labels: { component: "migration" } }),
    ),
  ).toEqual([]);
});

test("a tag with a v is the release that it names, and one that is no version stays as it is (T-21)", () => {
  expect(versions(pod("api:v0.10.0"), pod("api:0.10.0"), pod("api:vnext"))).toEqual([
    "0.10.0",
    "vnext",
  ]);
});
