/** Images of one release that are built on the host from a source. */
export interface BuildSource {
  /** Folder of a Git repository, relative to the program. */
  readonly source: string;
  /** What is built: a tag such as `v1.1.0`, or a full commit id. */
  readonly ref: string;
  readonly images: readonly BuiltImage[];
}

/** One of them. */
export interface BuiltImage {
  /** Tagged by its release: `localhost/smoltbot/gateway:1.1.0`. */
  readonly image: string;
  /** Path in the source: `deploy/docker/Dockerfile.gateway`. */
  readonly dockerfile: string;
}

/** Label of an image with the commit that it was built from. Source: `opencontainers/image-spec@v1.1.0:annotations.md`. */
export const REVISION_LABEL = "org.opencontainers.image.revision";

/**
 * Name of an image that is built: tagged by its release, so that the way back finds it and builds nothing (S-11, S-34). `localhost/` names no registry of
 * anybody: an image that is gone is never pulled from a stranger instead.
 */
export const builtImageName = (project: string, part: string, tag: string): string =>
  `localhost/${project}/${part}:${tag}`;
