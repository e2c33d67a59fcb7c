import { expect, test } from "vitest";
import { imagesOf, readImage } from "../../components/kubernetes/images";

const digest = `sha256:${"b".repeat(64)}`;

test.each([
  ["gateway", "gateway", undefined, undefined],
  ["ghcr.io/mnemom/gateway:1.1.0", "ghcr.io/mnemom/gateway", "1.1.0", undefined],
  ["registry:5000/gateway", "registry:5000/gateway", undefined, undefined],
  ["registry:5000/gateway:1.1.0", "registry:5000/gateway", "1.1.0", undefined],
  [`gateway@${digest}`, "gateway", undefined, digest],
  [`registry:5000/gateway:1.1.0@${digest}`, "registry:5000/gateway", "1.1.0", digest],
])("%s is taken apart, a port is no tag (T-07)", (image, repository, tag, sum) => {
  expect(readImage(image)).toEqual({ repository, tag, digest: sum });
});

test("every container of every pod template is named, init containers first (T-07)", () => {
  const spec = {
    initContainers: [{ name: "wait", image: "busybox:1.36" }],
    containers: [{ name: "main", image: "gateway:1.1.0" }, { name: "bare" }],
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "gateway" },
    spec: { template: { spec } },
  };
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "gateway" }, spec: {} };
  expect(imagesOf([deployment, service])).toEqual([
    { at: "Deployment/gateway container wait", image: "busybox:1.36" },
    { at: "Deployment/gateway container main", image: "gateway:1.1.0" },
    { at: "Deployment/gateway container bare", image: "" },
  ]);
});
