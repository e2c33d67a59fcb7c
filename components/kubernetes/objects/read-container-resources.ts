import { z } from "zod";
import type { Amounts, ContainerResources } from "./container-resources";
import type { WantedResources } from "../gates/resource-changes";
import type { KubernetesObject } from "./object";
import { parseCpu, parseMemory } from "./quantity";
import { replicaRange } from "./replica-range";
import { isWorkload } from "./workload-kind";

const quantities = z.record(z.string(), z.coerce.string()).default({});

/** A container, as much of it as says what it asks for. */
export const sizedContainer = z.object({
  name: z.string(),
  resources: z.object({ requests: quantities, limits: quantities }).prefault({}),
});

const shape = z.object({
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(sizedContainer) }) }),
  }),
});

/**
 * What a container asks for; a limit without a request is the request too.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/apis/core/v1/defaults.go` (SetDefaults_Pod; of a template it says the same when pods are made).
 */
export const askedBy = ({
  resources: { requests, limits },
}: z.infer<typeof sizedContainer>): ContainerResources => ({
  requests: amounts({ ...limits, ...requests }),
  limits: amounts(limits),
});

/** What each container of a pod template asks for, by its name. */
export function containerResources(
  workload: unknown,
): Readonly<Record<string, ContainerResources>> {
  const containers = shape.safeParse(workload).data?.spec.template.spec.containers ?? [];
  return Object.fromEntries(containers.map((container) => [container.name, askedBy(container)]));
}

/** Quantities as numbers, by what they are of; the names of a quota (`requests.cpu`) are understood too. None if there is no list. */
export const amounts = (list: Readonly<Record<string, string>> = {}): Amounts =>
  Object.fromEntries(
    Object.entries(list).map(([resource, quantity]) => [
      resource,
      /^(requests\.|limits\.)?cpu$/.test(resource) ? parseCpu(quantity) : parseMemory(quantity),
    ]),
  );

/** What the workloads among the objects ask for, each with the most pods that it may have. */
export const wantedResources = (objects: readonly KubernetesObject[]): readonly WantedResources[] =>
  objects.filter(isWorkload).map((object) => ({
    kind: object.kind,
    name: object.metadata.name,
    pods: replicaRange(objects, object.metadata.name)?.max ?? 1,
    containers: containerResources(object),
  }));
