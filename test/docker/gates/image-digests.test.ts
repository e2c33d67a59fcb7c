import { expect, test } from "vitest";
import { imageDigests } from "../../../components/docker/gates/image-digests";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { digest, GATEWAY, has, MIGRATE, olderEvidence } from "./digests";

const at = "Docker at ssh://root@edge-1";
const images = [
  { at: "container gateway", image: GATEWAY },
  { at: "container migrate", image: MIGRATE },
];
const evidence: Evidence = {
  ...olderEvidence,
  images: { [GATEWAY]: digest("a"), [MIGRATE]: "" },
};
const ask = (gateway: ReturnType<typeof has>, own = observed<Evidence | undefined>(evidence)) =>
  imageDigests({ images, looks: { [GATEWAY]: gateway }, own, at });

test("an image by the digest that was verified passes, and so does one that nobody knows (T-17)", () => {
  expect(spoken(ask(has("b", "a")))).toEqual([
    `pass ${at}: 1 image by the digest that was verified`,
  ]);
  const passes = [`pass ${at}: 0 images by the digest that was verified`];
  expect(spoken(ask(has()))).toEqual(passes);
  expect(spoken(ask(has("b"), observed(undefined)))).toEqual(passes);
  expect(spoken(ask(has("b"), observed(olderEvidence)))).toEqual(passes);
  const looks = { [GATEWAY]: unavailable("refused") };
  expect(spoken(imageDigests({ images, looks, own: observed(evidence), at }))).toEqual(passes);
});

test("a tag that was pushed again since it was verified is refused, with the way to the bytes that were (T-17)", () => {
  const findings = ask(has("b"));
  expect(spoken(findings)).toEqual([
    `block container gateway: image ${GATEWAY}, which is ${digest("b")} now: the tag has moved since it was verified`,
  ]);
  expect(findings[0]?.fix).toContain(
    `docker pull ghcr.io/mnemom/gateway@${digest("a")}, and docker tag it as ${GATEWAY}`,
  );
});
