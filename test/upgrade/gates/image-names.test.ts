import { expect, test } from "vitest";
import { imageNames } from "../../../components/upgrade/gates/image-names";
import { releaseRules } from "../../../components/smoltbot/release-rules";
import { spoken } from "./findings";

const at = "gateways:smoltbot.version";
const say = (image: string) =>
  spoken(
    imageNames({
      images: [{ at: "Deployment/gateway container gateway", image }],
      forms: releaseRules.tagForms,
      at,
    }),
  );
const digest = `sha256:${"a".repeat(64)}`;

test.each([
  "ghcr.io/mnemom/gateway:1.1.0",
  "ghcr.io/mnemom/migrate:v1.1.0",
  "registry:5000/mirror/gateway:1.2.0-rc.1",
  `ghcr.io/mnemom/gateway:1.1.0@${digest}`,
  `ghcr.io/mnemom/gateway@${digest}`,
  "busybox:1.36-musl",
])("%s passes (T-07)", (image) => {
  expect(say(image)).toEqual([`pass ${at}: 1 image, each of one release`]);
});

test.each([
  ["a tag that moves", "ghcr.io/mnemom/gateway:latest"],
  ["no tag at all", "ghcr.io/mnemom/gateway"],
  ["a port that is no tag", "registry:5000/mnemom/gateway"],
  ["a minor, which moves", "ghcr.io/mnemom/gateway:1.1"],
  ["a gateway with v", "ghcr.io/mnemom/gateway:v1.1.0"],
  ["a migrate without v", "ghcr.io/mnemom/migrate:1.1.0"],
  ["a migrate with half a version", "ghcr.io/mnemom/migrate:v1.1"],
  ["a migrate by a branch", "ghcr.io/mnemom/migrate:main"],
  ["another image that moves", "busybox:latest"],
])("%s is refused: %s (T-07, T-17)", (_, image) => {
  expect(say(image)).toEqual([`block Deployment/gateway container gateway: image ${image}`]);
});

test("an image whose name every object knows has no form of its own (T-07)", () => {
  expect(say("ghcr.io/other/constructor:1")).toEqual([`pass ${at}: 1 image, each of one release`]);
});

test("an image without a name is refused (T-07)", () => {
  expect(say("")).toEqual(["block Deployment/gateway container gateway: image without a name"]);
});

test.each([
  ["gateway:v1.1.0", "a tag of the form 1.2.0, without v"],
  ["migrate:1.1.0", "a tag of the form v1.2.0, with v"],
])("the form that %s should have is said (T-07)", (image, expected) => {
  const [finding] = imageNames({ images: [{ at: "a", image }], forms: releaseRules.tagForms, at });
  expect(finding?.expected).toBe(expected);
});
