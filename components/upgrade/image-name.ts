/** One image and where it is named. */
export interface NamedImage {
  /** `Deployment/gateway container gateway` */
  readonly at: string;
  /** `ghcr.io/mnemom/gateway:1.1.0` */
  readonly image: string;
}

/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and path: `ghcr.io/mnemom/gateway`. */
  readonly repository: string;
  /** Undefined if there is none, which means `latest`. */
  readonly tag: string | undefined;
  /** `sha256:...`, which decides over the tag. */
  readonly digest: string | undefined;
}

/**
 * Takes an image reference apart; a colon before the last slash is a port.
 *
 * Source: `distribution/reference@v0.6.0:reference.go` (grammar).
 */
export function readImage(image: string): ImageReference {
  const [name = "", digest] = image.split("@");
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/")
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest }
    : { repository: name, tag: undefined, digest };
}

/** Last part of the repository, which a mirror leaves as it is: `gateway`. */
export const shortName = (image: string): string =>
  readImage(image).repository.split("/").at(-1) ?? "";
