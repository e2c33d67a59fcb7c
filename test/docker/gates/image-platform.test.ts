import { expect, test } from "vitest";
import {
  imagePlatform,
  type ImagePlatformArgs,
} from "../../../components/docker/gates/image-platform";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host } from "../facts";

const at = "Docker at ssh://root@edge-1";
const image = "ghcr.io/mnemom/gateway:1.1.0";
const say = (looks: ImagePlatformArgs["looks"]) =>
  spoken(imagePlatform({ host: host(), images: [{ at: "container gateway", image }], looks, at }));

test("an image for the host's platform among others passes", () => {
  const platforms = [
    { os: "linux", architecture: "arm64" },
    { os: "linux", architecture: "amd64" },
  ];
  expect(say({ [image]: observed(platforms) })).toEqual([`pass ${at}: 1 image for linux/amd64`]);
});

test("the kernel's word for the platform is the image's", () => {
  expect(say({ [image]: observed([{ os: "linux", architecture: "x86_64" }]) })).toEqual([
    `pass ${at}: 1 image for linux/amd64`,
  ]);
});

test("an image for another platform alone is refused before it is pulled", () => {
  expect(say({ [image]: observed([{ os: "linux", architecture: "arm64" }]) })).toEqual([
    `block container gateway: image ${image} for linux/arm64`,
  ]);
});

test("an image of which nobody tells is told and stops nothing", () => {
  expect(say({ [image]: unavailable("the registry is away") })).toEqual([
    `warn container gateway: image ${image}, of which nobody told what it is made for: the registry is away`,
  ]);
  expect(say({})).toEqual([
    `warn container gateway: image ${image}, of which nobody told what it is made for`,
  ]);
});

test("without a daemon the platform is unknown", () => {
  const findings = imagePlatform({ host: unavailable("refused"), images: [], looks: {}, at });
  expect(spoken(findings)).toEqual([`unknown ${at}: no look at the Docker daemon: refused`]);
});
