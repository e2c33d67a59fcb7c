import { z } from "zod";
import type { ContainerDemand, PodDemand } from "../upgrade/demand";
import { amounts } from "./container-resources";
import type { KubernetesObject } from "./object";
import { initRole, podTotal } from "./pod-requests";

const quantities = z.record(z.string(), z.coerce.string()).default({});
const container = z.object({
  name: z.string(),
  restartPolicy: z.string().optional(),
  resources: z.object({ requests: quantities, limits: quantities }).prefault({}),
});
const containers = z.array(container);
const podShape = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers, initContainers: containers.default([]) }),
    }),
  }),
});

/** What one pod of a template asks for; undefined where the object has none. */
export function podDemand(object: KubernetesObject, name: string): PodDemand | undefined {
  const parsed = podShape.safeParse(object);
  if (!parsed.success) return undefined;
  const { containers: main, initContainers } = parsed.data.spec.template.spec;
  const all = [
    ...initContainers.map((entry) => demandOf(entry, initRole(entry))),
    ...main.map((entry) => demandOf(entry, "main")),
  ];
  const requests = podTotal(
    all.map(({ role, requests: { cpu = 0, memory = 0 } }) => ({ role, cpu, memory })),
  );
  return { name: `a pod of ${name}`, requests, containers: all, removed: false, growth: false };
}

/** A limit without a request is the request too. */
const demandOf = (
  { name, resources: { requests, limits } }: z.infer<typeof container>,
  role: ContainerDemand["role"],
): ContainerDemand => ({
  name,
  role,
  requests: amounts({ ...limits, ...requests }),
  limits: amounts(limits),
});
