import { z } from "zod";
import type { ContainerDemand, Demand, PodDemand } from "../upgrade/demand";
import { amounts } from "./container-resources";
import { readDeployment } from "./deployment-shape";
import { resolveCount } from "./int-or-percent";
import type { KubernetesObject } from "./object";
import { initRole, podTotal } from "./pod-requests";
import { replicaRange } from "./replica-range";

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

/**
 * What an upgrade needs beside the running pods: first the pod through which the steps reach the database, then the migration's beside it, then what every Deployment surges by; on a first
 * install all their pods. A Deployment under an autoscaler counts with its most pods on the way up and its fewest at first.
 */
export function surgeDemands({
  gateway,
  objects,
  job,
  client,
  install,
}: {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly objects: readonly KubernetesObject[];
  /** The migration, which has ended before the rollout begins. */
  readonly job: KubernetesObject;
  /** The Job whose pod reaches the database for backup and migration; undefined where they reach it otherwise. */
  readonly client?: KubernetesObject | undefined;
  readonly install: boolean;
}): readonly Demand[] {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  const gateways = [gateway];
  const clients =
    client === undefined
      ? []
      : podsOf(client, 1, "the database client").map((pod) => ({ ...pod, removed: true }));
  return [
    ...(clients.length === 0 ? [] : [{ chapter: "backup", gateways, pods: clients }]),
    { chapter: "schema", gateways, pods: [...clients, ...podsOf(job, 1, "the migration")] },
    {
      chapter: "rollout",
      gateways,
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
  const { containers: main, initContainers } = parsed.data.spec.template.spec;
  const all = [
    ...initContainers.map((entry) => demandOf(entry, initRole(entry))),
    ...main.map((entry) => demandOf(entry, "main")),
  ];
  const requests = podTotal(
    all.map(({ role, requests: { cpu = 0, memory = 0 } }) => ({ role, cpu, memory })),
  );
  const pod = { name: `a pod of ${name}`, requests, containers: all, removed: false };
  return Array.from({ length: count }, () => pod);
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
