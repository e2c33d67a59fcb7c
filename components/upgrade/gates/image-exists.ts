import { readImage, type NamedImage } from "../../kubernetes/images";
import { counted } from "../counted";
import { gate, type Finding } from "../finding";
import type { Look } from "../look";
import type { TagForm } from "./image-names";

const { pass, warn, block } = gate("image-exists");

/** What this gate looks at. */
export interface ImageExistsArgs {
  readonly images: readonly NamedImage[];
  /** Whether each exists, by its name; one that is missing here was not looked for. */
  readonly looks: Readonly<Record<string, Look<boolean>>>;
  /** Tag form per last part of the repository: `{ gateway: "plain", migrate: "v" }`. */
  readonly forms: Readonly<Record<string, TagForm>>;
  /** Config path that names the images, for what passes. */
  readonly at: string;
}

/**
 * Lets no upgrade begin with an image that its registry does not have: no pod of it would ever start (T-07). A registry that cannot be
 * asked from here proves nothing, since the nodes may reach it; that is told and stops nothing. Each image is told of once, with all
 * places that name it.
 */
export function imageExists({ images, looks, forms, at }: ImageExistsArgs): readonly Finding[] {
  const distinct = byImage(images);
  const objections = distinct.flatMap((named) => judgeImage(named, looks[named.image], forms));
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

function judgeImage(
  { at, image }: NamedImage,
  look: Look<boolean> | undefined,
  forms: ImageExistsArgs["forms"],
): readonly Finding[] {
  if (look?.seen === true && look.value) return [];
  if (look?.seen === true) {
    return [
      block({
        at,
        found: `image ${image}, which its registry does not have`,
        expected: expectation(image, forms),
        fix: "correct the version or the name of the image, or wait until it is published",
      }),
    ];
  }
  return [
    warn({
      at,
      found: `image ${image}, of which could not be known from here whether it exists: ${look?.reason ?? "nobody was asked"}`,
      expected: "an image that the nodes can pull",
      fix: `see that it is published: docker manifest inspect ${image}`,
    }),
  ];
}

function expectation(image: string, forms: ImageExistsArgs["forms"]): string {
  const form = new Map(Object.entries(forms)).get(
    readImage(image).repository.split("/").at(-1) ?? "",
  );
  if (form === undefined) return "an image that is published";
  return form === "plain"
    ? "a published release; its tags have the form 1.2.0, without v"
    : "a published release; its tags have the form v1.2.0, with v";
}
