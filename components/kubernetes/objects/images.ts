import { z } from "zod";
import type { NamedImage } from "../../upgrade/image-name";
import type { KubernetesObject } from "./object";

const containers = z.array(z.object({ name: z.string(), image: z.string().default("") }));
const podSpec = z.object({
  containers: containers.default([]),
  initContainers: containers.default([]),
});
const shape = z.object({ spec: z.object({ template: z.object({ spec: podSpec }) }) });

/** Every image that the objects' pods run, init containers included. */
export const imagesOf = (objects: readonly KubernetesObject[]): readonly NamedImage[] =>
  objects.flatMap((object) => {
    const pod = shape.safeParse(object).data?.spec.template.spec;
    return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map(({ name, image }) => ({
      at: `${object.kind}/${object.metadata.name} container ${name}`,
      image,
    }));
  });
