import { expect, test } from "vitest";
import type { SourceFacts } from "../../../components/docker/build/look-at-source";
import { builtImages, type BuiltImagesArgs } from "../../../components/docker/gates/built-images";
import { observed, unavailable, type Observation } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { buildOf } from "../build/repository";
import { host } from "../facts";

const at = "gateways:smoltbot.docker.build";
const image = "localhost/smoltbot/gateway:1.0.0";
const build = buildOf("../smoltbot");
const [commit, other] = ["c".repeat(40), "d".repeat(40)];
const source = observed<SourceFacts>({ ref: { kind: "tag", commit }, changed: [], lacks: [] });
const withImage = (revision?: string) =>
  host({
    images: [
      {
        id: "sha256:1",
        tags: [image],
        digests: [],
        platform: { os: "linux", architecture: "amd64" },
        revision,
      },
    ],
  });
const address = "unix:///var/run/docker.sock";
const ask = (
  has: BuiltImagesArgs["host"],
  looked: Observation<SourceFacts> = source,
  restores = false,
) => builtImages({ host: has, build, source: looked, restores, address, at });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));

test("an image that is not there is built, and the preview says so (S-11)", () => {
  expect(say(host())).toEqual([
    `pass ${at}: ${image}, which is built from v1.0.0 before anything is stopped`,
  ]);
});

test("an image of the wanted commit is taken as it is (S-34)", () => {
  expect(say(withImage(commit))).toEqual([
    `pass ${at}: ${image} on the host, of commit ${commit}: no build`,
  ]);
});

test("an image of another commit is refused: what the stack file names would not run (S-09, S-11)", () => {
  expect(say(withImage(other))).toEqual([`block ${at}: ${image} on the host, of commit ${other}`]);
});

test("an image of nobody knows what commit is refused", () => {
  expect(say(withImage())).toEqual([
    `block ${at}: ${image} on the host, of which nobody says what commit it was built from`,
  ]);
});

test("an image is taken without its source, which is told (S-34)", () => {
  expect(say(withImage(commit), unavailable("gone"))).toEqual([
    `warn ${at}: ${image} on the host, of commit ${commit}; what v1.0.0 is in ../smoltbot is not known`,
  ]);
});

test("without a daemon it is unknown what it has", () => {
  expect(say(unavailable("refused"))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});

test("an image that a restore would have built with the gateway stopped is to be there first, by the words that build it so (law 8)", () => {
  expect(say(host(), source, true)).toEqual([
    `block ${at}: ${image}, which the host has not: the restore would stop the gateway before it is built`,
  ]);
  expect(ask(host(), source, true).map(({ fix }) => fix)).toEqual([
    `git -C ../smoltbot archive --format=tar ${commit} | docker --host ${address} build --tag ${image} --file deploy/Dockerfile.gateway --label org.opencontainers.image.revision=${commit} -; then run this again`,
  ]);
  expect(say(withImage(commit), source, true)).toEqual([
    `pass ${at}: ${image} on the host, of commit ${commit}: no build`,
  ]);
});
