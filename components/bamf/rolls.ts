import { z } from "zod";
import type { Workload } from "../kubernetes/edits/workload";
import type { KubernetesObject } from "../kubernetes/objects/object";
import type { BamfNames } from "./names";
import { limitSeconds, type Part, type Roll } from "./time-limits";

/** What there is to replace of each part of a release. */
export type Rolls = Readonly<Partial<Record<Part, Roll>>>;

const scalerShape = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    maxReplicas: z.number(),
  }),
});

/** What Kubernetes takes where a pod says nothing. */
const DEFAULT_GRACE_SECONDS = 30;

/** Names of the workloads by what they are. */
const partNames = (names: BamfNames): Readonly<Record<Part, string>> => ({
  api: names.gateway,
  bridge: names.bridge,
  proxy: names.proxy,
  web: names.web,
  agent: names.agent,
});

/** Reads off the workloads how many pods each may have at the most, and how long one may take to end. */
export function rollsOf(
  names: BamfNames,
  workloads: readonly Workload[],
  scalers: readonly KubernetesObject[],
): Rolls {
  const found = Object.entries(partNames(names)).flatMap(([part, name]) => {
    const workload = workloads.find(({ metadata }) => metadata.name === name);
    return workload === undefined ? [] : [[part, rollOf(workload, scalers)] as const];
  });
  return Object.fromEntries(found);
}

/** The most pods that an autoscaler allows a workload; undefined if it has none. */
export const mostOf = (
  kind: string,
  name: string,
  scalers: readonly KubernetesObject[],
): number | undefined =>
  scalers
    .flatMap((object) => scalerShape.safeParse(object).data ?? [])
    .find(({ spec: { scaleTargetRef: target } }) => target.kind === kind && target.name === name)
    ?.spec.maxReplicas;

function rollOf({ kind, metadata, spec }: Workload, scalers: readonly KubernetesObject[]): Roll {
  const grace = spec.template.spec["terminationGracePeriodSeconds"];
  return {
    replicas: mostOf(kind, metadata.name, scalers) ?? spec.replicas ?? 1,
    graceSeconds: typeof grace === "number" ? grace : DEFAULT_GRACE_SECONDS,
  };
}

/** Longest roll of each workload by its name, in seconds (T-23); of the bridges each has a limit of its own. */
export const limitsByName = (names: BamfNames, rolls: Rolls): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(partNames(names)).flatMap(([part, name]) => {
      const roll = rolls[part as Part];
      return roll === undefined || part === "bridge" ? [] : [[name, limitSeconds(roll)] as const];
    }),
  );
