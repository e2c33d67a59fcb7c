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
 * Source: distribution/reference@v0.6.0:reference.go (grammar).
 */
export function readImage(image: string): ImageReference {
  const [name = "", digest] = image.split("@");
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/")
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest }
    : { repository: name, tag: undefined, digest };
}
