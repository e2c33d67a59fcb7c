import { valid } from "semver";
import { readImage, type NamedImage } from "../image-name";
import { counted } from "../counted";
import { gate, type Finding } from "../finding";

const { pass, block } = gate("image-names");

/** How the releases of an image are tagged: `1.2.0` or `v1.2.0`. */
export type TagForm = "plain" | "v";

/**
 * Lets in only images that name one release for good: no tag that moves, and for the product's own images a full version in the
 * form in which it is published (T-07, T-17). An image that is pinned by its digest moves under no tag.
 */
export function imageNames({
  images,
  forms,
  at,
}: {
  readonly images: readonly NamedImage[];
  /** Tag form per last part of the repository: `{ gateway: "plain", migrate: "v" }`. */
  readonly forms: Readonly<Record<string, TagForm>>;
  /** Config path that names the images, for what passes. */
  readonly at: string;
}): readonly Finding[] {
  const objections = images.flatMap((named) => judgeImage(named, forms));
  return objections.length > 0
    ? objections
    : [pass({ at, found: `${counted(images.length, "image")}, each of one release` })];
}

function judgeImage(
  { at, image }: NamedImage,
  forms: Readonly<Record<string, TagForm>>,
): readonly Finding[] {
  const { repository, tag, digest } = readImage(image);
  const form = forms[repository.slice(repository.lastIndexOf("/") + 1)];
  const objection = (expected: string, fix: string) => [
    block({ at, found: `image ${image === "" ? "without a name" : image}`, expected, fix }),
  ];
  if (tag === undefined ? digest === undefined : tag === "latest" && digest === undefined) {
    return objection("a tag of one release, not one that moves", "name the release in the tag");
  }
  if (form === undefined || tag === undefined || fits(tag, form)) return [];
  return form === "plain"
    ? objection("a tag of the form 1.2.0, without v", "take the v away and write all three numbers")
    : objection("a tag of the form v1.2.0, with v", "put a v before all three numbers");
}

const fits = (tag: string, form: TagForm): boolean =>
  form === "plain" ? valid(tag) === tag : tag.startsWith("v") && valid(tag) === tag.slice(1);
