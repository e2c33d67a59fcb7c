import { expect, test } from "vitest";
import { imagePull, type ImagePullArgs } from "../../../components/docker/gates/image-pull";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "Docker at ssh://root@edge-1";
const gateway = "ghcr.io/mnemom/gateway:1.1.0";
const proxy = "haproxy:2.6";
const images = [
  { at: "container gateway", image: gateway },
  { at: "container proxy", image: proxy },
];
const say = (pulls: ImagePullArgs["pulls"], looks: ImagePullArgs["looks"] = {}, restores = false) =>
  spoken(imagePull({ images, pulls, looks, restores, at }));
const there = observed({ exists: true, platforms: [] });
const missing = observed({ exists: false, platforms: [] });

test("images that the host has are not pulled", () => {
  expect(say({})).toEqual([`pass ${at}: 2 images on the host`]);
});

test("an image that the host can pull passes, and is told apart from those that it has", () => {
  expect(say({ [gateway]: there })).toEqual([
    `pass ${at}: 1 image to pull, each in reach of the host`,
  ]);
});

test("S-05: an image that the host's registry does not have is refused before anything is touched", () => {
  expect(say({ [gateway]: there, [proxy]: missing })).toEqual([
    `block container proxy: image ${proxy}, which its registry does not show to ${at}`,
  ]);
});

test("S-05: a registry that the host cannot ask is unknown, whatever this machine was told by it", () => {
  const pulls = { [proxy]: unavailable("dial tcp: no such host") };
  const looks = { [proxy]: observed({ exists: true, digests: [] }) };
  expect(say(pulls, looks)).toEqual([
    `unknown container proxy: image ${proxy}, of which ${at} could not find out whether it can pull it: dial tcp: no such host`,
  ]);
});

test("what the gate image-exists has refused already is not refused once more", () => {
  const looks = { [proxy]: observed({ exists: false, digests: [] }) };
  expect(say({ [gateway]: there, [proxy]: missing }, looks)).toEqual([
    `pass ${at}: 2 images to pull, each in reach of the host`,
  ]);
});

test("an image that a restore would have pulled with the gateway stopped is to be there first; one that is there passes (law 8)", () => {
  expect(say({ [gateway]: there }, {}, true)).toEqual([
    `block container gateway: image ${gateway}, which ${at} has not: the restore would stop the gateway before it is pulled`,
  ]);
  expect(say({}, {}, true)).toEqual([`pass ${at}: 2 images on the host`]);
});
