/** How the names of images begin, and how they do after a mirror has renamed them. */
export type ImageMirrors = Readonly<Record<string, string>>;

/** True if the one name is the other, or what a mirror makes of it. */
export const isMirrored = (found: string, wanted: string, mirrors: ImageMirrors): boolean =>
  found === wanted ||
  Object.entries(mirrors).some(
    ([from, to]) => wanted.startsWith(`${from}/`) && found === `${to}${wanted.slice(from.length)}`,
  );

/**
 * The digest of the manifest under which a running image was pulled; undefined if the runtime tells none, as of an image that nobody
 * pulled: `ghcr.io/mnemom/gateway@sha256:...`. A bare `sha256:...` names the image's configuration, which no registry tells of.
 *
 * Source: `kubernetes/cri-api@v0.34.4:pkg/apis/runtime/v1/api.proto` (ContainerStatus.image_ref).
 */
export const manifestDigest = (imageId: string | undefined): string | undefined =>
  /@(sha256:[0-9a-f]{64})$/.exec(imageId ?? "")?.[1];
