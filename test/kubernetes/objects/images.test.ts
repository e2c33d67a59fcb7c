import { expect, test } from "vitest";
import { imagesOf } from "../../../components/kubernetes/objects/images";
import { isMirrored, manifestDigest } from "../../../components/upgrade/running-image";

const digest = `sha256:${"b".repeat(64)}`;

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

test.each([
  ["the same name", "ghcr.io/mnemom/gateway:1.1.0", true],
  ["the name of the mirror", "mirror.example/ghcr/mnemom/gateway:1.1.0", true],
  ["another tag at the mirror", "mirror.example/ghcr/mnemom/gateway:1.0.0", false],
  ["another registry", "other.example/ghcr/mnemom/gateway:1.1.0", false],
])("with a mirror in the stack file, %s is as wanted: %s", (_case, found, wanted) => {
  const mirrors = { "ghcr.io": "mirror.example/ghcr" };
  expect(isMirrored(found, "ghcr.io/mnemom/gateway:1.1.0", mirrors)).toBe(wanted);
});

test("a mirror renames no image whose registry only begins with the same letters", () => {
  expect(
    isMirrored("mirror.example.test/a:1", "ghcr.io.test/a:1", { "ghcr.io": "mirror.example" }),
  ).toBe(false);
});

test.each([
  [`ghcr.io/mnemom/gateway@${digest}`, digest],
  [`docker-pullable://ghcr.io/mnemom/gateway@${digest}`, digest],
  [digest, undefined],
  [`docker://${digest}`, undefined],
  [undefined, undefined],
])("of the image id %s the manifest's digest is %s", (id, found) => {
  expect(manifestDigest(id)).toBe(found);
});
