import { counted } from "../../upgrade/counted";
import type { ImageFacts } from "../../upgrade/facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { NamedImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";
import type { PullFacts } from "../facts/look-at-pulls";

const { pass, block, unknown } = gate("image-pull");

/** What this gate looks at. */
export interface ImagePullArgs {
  readonly images: readonly NamedImage[];
  /** What the daemon was told of each image that it would have to pull, by its name. */
  readonly pulls: Readonly<Record<string, Observation<PullFacts>>>;
  /** What this machine was told; of what does not exist the gate `image-exists` has said so. */
  readonly looks: Readonly<Record<string, Observation<ImageFacts>>>;
  /** True if the run restores a dump: it stops the gateway before an image is pulled. */
  readonly restores: boolean;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Lets no upgrade begin with an image that the host has not and cannot pull: the engine pulls in the middle of the run. The daemon itself is asked, since it is the
 * one that pulls; what it cannot find out, it could not pull either. A restore stops the gateway first: there a slow pull is downtime, and one that fails leaves nothing that serves.
 */
export function imagePull(args: ImagePullArgs): readonly Finding[] {
  const { images, pulls, looks, at } = args;
  const objections = images.flatMap((image) => {
    const look = looks[image.image];
    const isSaid = look?.observed === true && !look.value.exists;
    return isSaid ? [] : judge(image, args);
  });
  const missing = images.filter(({ image }) => pulls[image] !== undefined);
  return objections.length > 0
    ? objections
    : [
        pass({
          at,
          found:
            missing.length === 0
              ? `${counted(images.length, "image")} on the host`
              : `${counted(missing.length, "image")} to pull, each in reach of the host`,
        }),
      ];
}

function judge(
  { at, image }: NamedImage,
  { pulls, restores, at: host }: ImagePullArgs,
): readonly Finding[] {
  const pull = pulls[image];
  if (pull === undefined || (pull.observed && pull.value.exists && !restores)) return [];
  if (pull.observed && pull.value.exists)
    return [
      block({
        at,
        found: `image ${image}, which ${host} has not: the restore would stop the gateway before it is pulled`,
        expected: "an image on the host before anything is stopped",
        fix: `on the host, run docker pull ${image}; then run this again`,
      }),
    ];
  const expected = "an image that the host has or can pull";
  if (pull.observed)
    return [
      block({
        at,
        found: `image ${image}, which its registry does not show to ${host}`,
        expected,
        fix: "correct the version or the name of the image, or wait until it is published",
      }),
    ];
  return [
    unknown({
      at,
      found: `image ${image}, of which ${host} could not find out whether it can pull it: ${pull.reason}`,
      expected,
      fix: `on the host, run docker pull ${image}; with credentials, if its registry wants some`,
    }),
  ];
}
