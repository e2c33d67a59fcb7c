import type { NamedImage } from "../image-name";
import { counted } from "../counted";
import { gate, type Finding } from "../finding";
import type { ImageFacts } from "../facts";
import type { Observation } from "../observation";
import { formOf, type TagForm } from "./image-names";

const { pass, warn, block } = gate("image-exists");

/** What this gate looks at. */
export interface ImageExistsArgs {
  readonly images: readonly NamedImage[];
  /** What is known of each, by its name; one that is missing here was not looked for. */
  readonly looks: Readonly<Record<string, Observation<ImageFacts>>>;
  /** Tag form per last part of the repository: `{ gateway: "plain", migrate: "v" }`. */
  readonly forms: Readonly<Record<string, TagForm>>;
  /** Config path that names the images, for what passes. */
  readonly at: string;
}

/**
 * Lets no upgrade begin with an image that its registry does not have: no pod of it would ever start (T-07). A registry that cannot be
 * asked from here proves nothing, since the nodes may reach it; that is reported once for all images and stops nothing. Each image is reported
 * of once, with all places that name it.
 */
export function imageExists({ images, looks, forms, at }: ImageExistsArgs): readonly Finding[] {
  const distinct = byImage(images);
  const objections = [
    ...distinct.flatMap((named) => missing(named, looks[named.image], forms)),
    ...unknownOnes(distinct, looks),
  ];
  return objections.length > 0
    ? objections
    : [
        pass({
          at,
          found: `${counted(distinct.length, "image")}, each on a node or in its registry`,
        }),
      ];
}

const byImage = (images: readonly NamedImage[]): readonly NamedImage[] =>
  [...new Set(images.map(({ image }) => image))].map((image) => ({
    image,
    at: images
      .filter((named) => named.image === image)
      .map((named) => named.at)
      .join(" and "),
  }));

function missing(
  { at, image }: NamedImage,
  look: Observation<ImageFacts> | undefined,
  forms: ImageExistsArgs["forms"],
): readonly Finding[] {
  if (look?.observed !== true || look.value.exists) return [];
  return [
    block({
      at,
      found: `image ${image}, which its registry does not have`,
      expected: expectation(image, forms),
      fix: "correct the version or the name of the image, or wait until it is published",
    }),
  ];
}

/** One finding for all of them: a registry that is away says the same of each. */
function unknownOnes(
  images: readonly NamedImage[],
  looks: ImageExistsArgs["looks"],
): readonly Finding[] {
  const unknown = images.filter(({ image }) => looks[image]?.observed !== true);
  const [first] = unknown;
  if (first === undefined) return [];
  const reasons = unknown.map(({ image }) => {
    const look = looks[image];
    return look === undefined || look.observed ? "nobody was asked" : look.reason;
  });
  const names = unknown.map(({ image }) => image).join(" and ");
  const [noun, they] = unknown.length === 1 ? ["image", "it exists"] : ["images", "they exist"];
  return [
    warn({
      at: unknown.map(({ at }) => at).join(" and "),
      found: `${noun} ${names}, of which could not be known from here whether ${they}: ${[...new Set(reasons)].join("; ")}`,
      expected: "images that the nodes can pull",
      fix: `see that they are published: docker manifest inspect ${first.image}`,
    }),
  ];
}

function expectation(image: string, forms: ImageExistsArgs["forms"]): string {
  const form = formOf(image, forms);
  if (form === undefined) return "an image that is published";
  return form === "plain"
    ? "a published release; its tags have the form 1.2.0, without v"
    : "a published release; its tags have the form v1.2.0, with v";
}
