import { expect, test } from "vitest";
import type { SourceFacts } from "../../../components/docker/build/look-at-source";
import { sourcePinned } from "../../../components/docker/gates/source-pinned";
import { observed, unavailable, type Observation } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { buildOf } from "../build/repository";
import { host } from "../facts";

const at = "gateways:smoltbot.docker.build";
const image = "localhost/smoltbot/gateway:1.0.0";
const build = buildOf("../smoltbot");
const commit = "c".repeat(40);
const facts = (change: Partial<SourceFacts> = {}) =>
  observed<SourceFacts>({ ref: { kind: "tag", commit }, changed: [], lacks: [], ...change });
const say = (source: Observation<SourceFacts> | undefined, has = host()) =>
  spoken(sourcePinned({ host: has, build, source, at }));
const withImage = host({
  images: [
    {
      id: "sha256:1",
      tags: [image],
      digests: [],
      platform: { os: "linux", architecture: "amd64" },
    },
  ],
});

test("a tag of a folder without changes passes, with its commit (S-10)", () => {
  expect(say(facts())).toEqual([
    `pass ${at}: v1.0.0, commit ${commit}, of ../smoltbot without changes`,
  ]);
});

test("a branch is refused with the commit to pin, and changes are refused beside it (S-09, S-10)", () => {
  expect(say(facts({ ref: { kind: "floating", commit }, changed: ["a"] }))).toEqual([
    `block ${at}.ref: v1.0.0, which may be another commit tomorrow; it is ${commit} now`,
    `block ${at}.source: 1 changed file in ../smoltbot: a`,
  ]);
});

test("a source is not asked while the host has every image, as on the way back (S-34)", () => {
  const passes = [`pass ${at}: nothing to build: the host has every image`];
  expect(say(unavailable("the folder is gone"), withImage)).toEqual(passes);
  expect(say(facts({ changed: ["a"] }), withImage)).toEqual(passes);
});

test("a folder that nobody could look at is unknown", () => {
  expect(say(unavailable("git: not a git repository"))).toEqual([
    `unknown ${at}.source: no look at the source ../smoltbot: git: not a git repository`,
  ]);
});
