import { counted } from "../../upgrade/counted";
import type { Evidence } from "../../upgrade/evidence/evidence";
import type { ImageFacts } from "../../upgrade/facts";
import { gate, type Finding } from "../../upgrade/finding";
import { readImage, type NamedImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";

const { pass, block } = gate("image-digests");

/** What this gate looks at. */
export interface ImageDigestsArgs {
  readonly images: readonly NamedImage[];
  /** Digests of each that the host has, else those that its registry tells, by its name. */
  readonly looks: Readonly<Record<string, Observation<ImageFacts>>>;
  /** What this stack has verified last. */
  readonly own: Observation<Evidence | undefined>;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Pins each image that was verified by its digest (T-17): a container is made of a tag, and a tag that was pushed again brings other bytes under the name of the same release with the next
 * container that is made. An image of which one of both sides does not know the digest is told by nobody: those that are built have none.
 */
export function imageDigests({ images, looks, own, at }: ImageDigestsArgs): readonly Finding[] {
  const verified = (own.observed ? own.value?.images : undefined) ?? {};
  const known = images.flatMap((named) => {
    const look = looks[named.image];
    const here = look?.observed === true ? look.value.digests : [];
    const digest = verified[named.image] ?? "";
    return digest === "" || here.length === 0 ? [] : [{ ...named, here, digest }];
  });
  const moved = known.filter(({ here, digest }) => !here.includes(digest));
  return moved.length === 0
    ? [pass({ at, found: `${counted(known.length, "image")} by the digest that was verified` })]
    : moved.map(({ at: place, image, here, digest }) =>
        block({
          at: place,
          found: `image ${image}, which is ${here[0] ?? ""} now: the tag has moved since it was verified`,
          expected: digest,
          fix: `on the host, docker pull ${readImage(image).repository}@${digest}, and docker tag it as ${image}; or give what the tag is now a version of its own`,
        }),
      );
}
