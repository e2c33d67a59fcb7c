import { z } from "zod";
import type { ContainerDemand, PodDemand } from "./demand";
import { askedBy, sizedContainer } from "./read-container-resources";
import type { KubernetesObject } from "./object";
import { containersTotal, initRole } from "./pod-requests";

const containers = z.array(sizedContainer.extend({ restartPolicy: z.string().optional() }));
const podShape = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers, initContainers: containers.default([]) }),
    }),
  }),
});

/** What one pod of a template asks for; undefined if the object has none. */
export function podDemand(object: KubernetesObject, name: string): PodDemand | undefined {
  const parsed = podShape.safeParse(object);
  if (!parsed.success) return undefined;
  const { containers: main, initContainers } = parsed.data.spec.template.spec;
  const all: readonly ContainerDemand[] = [
    ...initContainers.map((entry) => ({
      name: entry.name,
      role: initRole(entry),
      ...askedBy(entry),
    })),
    ...main.map((entry) => ({ name: entry.name, role: "main" as const, ...askedBy(entry) })),
  ];
  const requests = containersTotal(all, "requests");
  return { name: `a pod of ${name}`, requests, containers: all, removed: false, growth: false };
}
