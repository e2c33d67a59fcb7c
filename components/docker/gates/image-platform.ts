import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { NamedImage } from "../../upgrade/image-name";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { isSamePlatform, platformWords, type ImagePlatform } from "../objects/image-platform";

const { pass, warn, block, unknown } = gate("image-platform");

/** What this gate looks at. */
export interface ImagePlatformArgs {
  readonly host: Observation<Pick<HostFacts, "daemon">>;
  readonly images: readonly NamedImage[];
  /** Platforms that each image is made for, by its name. */
  readonly looks: Readonly<Record<string, Observation<readonly ImagePlatform[]>>>;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Lets no upgrade begin with an image that is made for another platform than the host's: Docker pulls it with a warning at best, and its program ends with
 * "exec format error" once the old one is gone. What nobody could tell of an image is told and stops nothing.
 */
export function imagePlatform({ host, images, looks, at }: ImagePlatformArgs): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { platform } = host.value.daemon;
  const objections = images.flatMap((image) => judge(image, looks[image.image], platform));
  return objections.length > 0
    ? objections
    : [pass({ at, found: `${counted(images.length, "image")} for ${platformWords(platform)}` })];
}

function judge(
  { at, image }: NamedImage,
  look: Observation<readonly ImagePlatform[]> | undefined,
  host: ImagePlatform,
): readonly Finding[] {
  if (look?.observed !== true)
    return [
      warn({
        at,
        found: `image ${image}, of which nobody told what it is made for${look === undefined ? "" : `: ${look.reason}`}`,
        expected: `one for ${platformWords(host)}`,
        fix: `see for yourself: docker manifest inspect ${image}`,
      }),
    ];
  if (look.value.some((one) => isSamePlatform(one, host))) return [];
  return [
    block({
      at,
      found: `image ${image} for ${look.value.map(platformWords).join(" and ") || "no platform"}`,
      expected: `one for ${platformWords(host)}`,
      fix: "name an image for the host's platform, or build it there",
    }),
  ];
}
