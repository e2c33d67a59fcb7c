import { expect, test } from "vitest";
import { readImage, shortName } from "../../components/upgrade/image-name";

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

test("an image is known by the last part of its repository, whatever a mirror puts before it (T-07)", () => {
  expect(shortName(`registry:5000/a/gateway:1.1.0@${digest}`)).toBe("gateway");
  expect(shortName("gateway")).toBe("gateway");
});
