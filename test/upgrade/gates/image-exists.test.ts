import { expect, test } from "vitest";
import { imageExists } from "../../../components/upgrade/gates/image-exists";
import type { ImageFacts } from "../../../components/upgrade/facts";
import { observed, unavailable, type Observation } from "../../../components/upgrade/observation";
import { spoken } from "./findings";

const at = "gateways:smoltbot";
const there = observed({ exists: true, digests: [] });
const gone = observed({ exists: false, digests: [] });
const place = "Deployment/gateway container gateway";
const ask = (image: string, look?: Observation<ImageFacts>) =>
  imageExists({
    images: [{ at: place, image }],
    looks: look === undefined ? {} : { [image]: look },
    forms: { gateway: "plain", migrate: "v" },
    at,
  });

test("an image that exists passes (T-07)", () => {
  expect(spoken(ask("ghcr.io/mnemom/gateway:1.1.0", there))).toEqual([
    `pass ${at}: 1 image, each on a node or in its registry`,
  ]);
});

test.each([
  ["ghcr.io/mnemom/gateway:1.9.0", "a published release; its tags have the form 1.2.0, without v"],
  ["ghcr.io/mnemom/migrate:v1.9.0", "a published release; its tags have the form v1.2.0, with v"],
  ["ghcr.io/other:1", "an image that is published"],
])(
  "%s that its registry does not have is refused, with the form of its tags (T-07)",
  (image, expected) => {
    const findings = ask(image, gone);
    expect(spoken(findings)).toEqual([
      `block ${place}: image ${image}, which its registry does not have`,
    ]);
    expect(findings[0]?.expected).toBe(expected);
  },
);

test("an image that nobody could be asked for is told and refuses nothing", () => {
  const image = "ghcr.io/mnemom/gateway:1.1.0";
  const words = `warn ${place}: image ${image}, of which could not be known from here whether it exists`;
  expect(spoken(ask(image, unavailable("ghcr.io refuses the connection")))).toEqual([
    `${words}: ghcr.io refuses the connection`,
  ]);
  expect(spoken(ask(image))).toEqual([`${words}: nobody was asked`]);
});

test("an image that several containers run is told of once, with all of them (T-07)", () => {
  const image = "ghcr.io/mnemom/gateway:1.1.0";
  const observer = "Deployment/observer container observer";
  const twice = (look: Observation<ImageFacts>) =>
    spoken(
      imageExists({
        images: [
          { at: place, image },
          { at: observer, image },
        ],
        looks: { [image]: look },
        forms: {},
        at,
      }),
    );
  expect(twice(gone)).toEqual([
    `block ${place} and ${observer}: image ${image}, which its registry does not have`,
  ]);
  expect(twice(unavailable("ghcr.io refuses"))).toHaveLength(1);
  expect(twice(there)).toEqual([`pass ${at}: 1 image, each on a node or in its registry`]);
});

test("images that nobody could be asked for are told of in one finding, with each reason once", () => {
  const images = ["ghcr.io/a:1", "ghcr.io/b:1", "quay.io/c:1"];
  const looks = {
    "ghcr.io/a:1": unavailable("ghcr.io does not answer within 15 s"),
    "ghcr.io/b:1": unavailable("ghcr.io does not answer within 15 s"),
  };
  const named = images.map((image) => ({ at: image.slice(-3), image }));
  expect(spoken(imageExists({ images: named, looks, forms: {}, at }))).toEqual([
    "warn a:1 and b:1 and c:1: images ghcr.io/a:1 and ghcr.io/b:1 and quay.io/c:1, of which could not be known from here whether they exist: ghcr.io does not answer within 15 s; nobody was asked",
  ]);
});
