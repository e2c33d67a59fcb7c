import { z } from "zod";
import type { KubernetesObject } from "./object";

const containers = z.array(z.object({ name: z.string(), image: z.string().default("") }));
const podSpec = z.object({
  containers: containers.default([]),
  initContainers: containers.default([]),
});
const shape = z.object({ spec: z.object({ template: z.object({ spec: podSpec }) }) });

/** One image and where it is named. */
export interface NamedImage {
  /** `Deployment/gateway container gateway` */
  readonly at: string;
  /** As in the pod's spec. */
  readonly image: string;
}

/** Every image that the objects' pods run, init containers included. */
export const imagesOf = (objects: readonly KubernetesObject[]): readonly NamedImage[] =>
  objects.flatMap((object) => {
    const pod = shape.safeParse(object).data?.spec.template.spec;
    return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map(({ name, image }) => ({
      at: `${object.kind}/${object.metadata.name} container ${name}`,
      image,
    }));
  });

/** How the names of images begin, and how they do where a mirror has renamed them. */
export type ImageMirrors = Readonly<Record<string, string>>;

/** True where the one name is the other, or what a mirror makes of it. */
export const isMirrored = (found: string, wanted: string, mirrors: ImageMirrors): boolean =>
  found === wanted ||
  Object.entries(mirrors).some(
    ([from, to]) => wanted.startsWith(`${from}/`) && found === `${to}${wanted.slice(from.length)}`,
  );

/**
 * The digest of the manifest under which a running image was pulled; undefined where the runtime tells none, as of an image that nobody
 * pulled: `ghcr.io/mnemom/gateway@sha256:...`. A bare `sha256:...` names the image's configuration, which no registry tells of.
 *
 * Source: `kubernetes/cri-api@v0.34.4:pkg/apis/runtime/v1/api.proto` (ContainerStatus.image_ref).
 */
export const manifestDigest = (imageId: string | undefined): string | undefined =>
  /@(sha256:[0-9a-f]{64})$/.exec(imageId ?? "")?.[1];

/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and path: `ghcr.io/mnemom/gateway`. */
  readonly repository: string;
  /** Undefined where there is none, which means `latest`. */
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
