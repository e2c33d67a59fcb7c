import { z } from "zod";
import type { Demand, PodDemand } from "../upgrade/gates/capacity";
import { readDeployment } from "./deployment-shape";
import { resolveCount } from "./int-or-percent";
import type { KubernetesObject } from "./object";
import { podRequests } from "./pod-requests";
import { replicaRange } from "./replica-range";

const resources = z.object({ requests: z.record(z.string(), z.coerce.string()).optional() });
const containers = z.array(z.object({ name: z.string(), resources: resources.optional() }));
const podShape = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers, initContainers: containers.optional() }),
    }),
  }),
});

/**
 * What an upgrade needs beside the running pods: first the pod of the migration, then what every Deployment surges by; on a first
 * install all their pods. A Deployment under an autoscaler counts with its most pods on the way up and its fewest at first.
 */
export function surgeDemands({
  objects,
  job,
  install,
}: {
  readonly objects: readonly KubernetesObject[];
  /** The migration, which has ended before the rollout begins. */
  readonly job: KubernetesObject;
  readonly install: boolean;
}): readonly Demand[] {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  return [
    { chapter: "schema", pods: podsOf(job, 1, "the migration") },
    {
      chapter: "rollout",
      pods: deployments.flatMap((object) =>
        podsOf(object, podCount(objects, object.metadata.name, install), object.metadata.name),
      ),
    },
  ];
}

function podCount(objects: readonly KubernetesObject[], name: string, install: boolean): number {
  const range = replicaRange(objects, name);
  const strategy = readDeployment(objects, name)?.spec.strategy;
  if (range === undefined || strategy === undefined) return 0;
  if (install) return range.min;
  if (strategy.type === "Recreate") return 0;
  return resolveCount(strategy.rollingUpdate.maxSurge, range.max, "up");
}

function podsOf(object: KubernetesObject, count: number, name: string): readonly PodDemand[] {
  const parsed = podShape.safeParse(object);
  if (!parsed.success) return [];
  const requests = podRequests(parsed.data.spec.template.spec);
  return Array.from({ length: count }, () => ({ name: `a pod of ${name}`, requests }));
}
