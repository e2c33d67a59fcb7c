import { expect, test } from "vitest";
import {
  stagingImages,
  type StagingImagesArgs,
} from "../../../components/docker/gates/staging-images";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken, step } from "../../upgrade/gates/findings";
import { digest, GATEWAY, has, MIGRATE, olderEvidence } from "./digests";

const at = "stack staging";
/** As a Docker host leaves it. */
const docker: Evidence = {
  ...olderEvidence,
  images: { [GATEWAY]: digest("a"), [MIGRATE]: digest("b") },
};
/** As a cluster leaves it. */
const evidence: Evidence = { ...docker, chart: { name: "mnemom-gateway", version: "0.1.0" } };
const promotion = { from: "staging", soakHours: 0, mustMatch: ["images" as const] };
const ask = (change: Partial<StagingImagesArgs> = {}) =>
  stagingImages({
    plan: step("1.0.0", "1.1.0"),
    promotion,
    staging: observed(evidence),
    images: { [GATEWAY]: has("a"), [MIGRATE]: has("c", "b") },
    adopt: false,
    ...change,
  });
const say = (change: Partial<StagingImagesArgs> = {}) => spoken(ask(change));

test("a cluster proves a release for a Docker host by the same digests (S-08)", () => {
  expect(say()).toEqual([`pass ${at}: 2 images by digest`]);
});

test("a digest that one of both sides does not know proves nothing from one target to another (S-08)", () => {
  const here = { [GATEWAY]: has(), [MIGRATE]: has("b") };
  expect(say({ images: here })).toEqual([
    `block ${at}: another target than here, and not the same digests: ${GATEWAY} (nobody here knows its digest)`,
  ]);
  const there = { ...evidence, images: { [GATEWAY]: digest("a"), [MIGRATE]: "" } };
  expect(say({ staging: observed(there) })).toEqual([
    `block ${at}: another target than here, and not the same digests: ${MIGRATE} (nobody there knows its digest)`,
  ]);
  expect(say({ staging: observed(olderEvidence) })[0]).toMatch(/^block .*of an older program/);
});

test("another digest is refused even where the stack file lets images differ; else staging-evidence refuses it (S-08)", () => {
  const images = { [GATEWAY]: has("d"), [MIGRATE]: has("b") };
  expect(say({ images })).toEqual([]);
  expect(say({ images, promotion: { ...promotion, mustMatch: [] } })[0]).toMatch(
    /^block .*gateway:1\.1\.0 is sha256:d+ here and sha256:a+ there$/,
  );
});

test("the way back, what is taken over as it runs, and a release that somebody lets through are told alone (S-08)", () => {
  const images = { [GATEWAY]: has(), [MIGRATE]: has("b") };
  const breakGlass = { release: "1.1.0", reason: "an outage" };
  expect(say({ images, plan: step("1.2.0", "1.1.0") })[0]).toMatch(/^warn/);
  expect(say({ images, plan: step("1.1.0", "1.1.0"), adopt: true })[0]).toMatch(/^warn/);
  expect(say({ images, promotion: { ...promotion, breakGlass } })[0]).toMatch(/^warn/);
  const other = { ...breakGlass, release: "1.0.9" };
  expect(say({ images, promotion: { ...promotion, breakGlass: other } })[0]).toMatch(/^block/);
});

test("nothing is asked of evidence of a Docker host, of another release, or that is not there", () => {
  const images = { [GATEWAY]: has() };
  for (const staging of [
    observed(docker),
    observed({ ...evidence, version: "1.0.0" }),
    observed(undefined),
    unavailable("no such stack"),
    undefined,
  ])
    expect(say({ images, staging })).toEqual([]);
  expect(say({ images, promotion: undefined })).toEqual([]);
});
