import { counted } from "../../upgrade/counted";
import type { ContainerResources } from "./container-resources";
import type { Resources } from "../facts/cluster-facts";

/** Pods that have to find room at the same moment, beside those that run. */
export interface Demand {
  /** The chapter that needs them: `rollout`. */
  readonly chapter: string;
  /** Names of the gateways whose pods they are. */
  readonly gateways: readonly string[];
  readonly pods: readonly PodDemand[];
}

export interface PodDemand {
  /** What the pod is for: `a pod of gateway`. */
  readonly name: string;
  /** What the scheduler sets aside for it. */
  readonly requests: Resources;
  readonly containers: readonly ContainerDemand[];
  /** True if it is gone once its chapter has ended; a pod that only ended still is an object. */
  readonly removed: boolean;
  /** True if it is no pod of its own: what a pod asks for beyond the one whose place it takes. */
  readonly growth: boolean;
}

export interface ContainerDemand extends ContainerResources {
  readonly name: string;
  /** `init` has ended before the others begin; `sidecar` is an init container that stays. */
  readonly role: "main" | "init" | "sidecar";
}

/**
 * The same chapter of several gateways, as if all of them came to it at the same moment: the engine rolls them out side by side. Each pod
 * says whose it is.
 */
export const together = (chapter: string, demands: readonly Demand[]): Demand => ({
  chapter,
  gateways: demands.flatMap(({ gateways }) => gateways),
  pods: demands.flatMap(({ gateways, pods }) =>
    pods.map((pod) => ({ ...pod, name: `${pod.name} of ${gateways.join(" and ")}` })),
  ),
});

/** Those that are pods of their own. */
export const wholePods = (pods: readonly PodDemand[]): readonly PodDemand[] =>
  pods.filter(({ growth }) => !growth);

/** Names that are listed before the rest is only counted. */
const TOLD = 5;

/** `rollout`, or `rollout of east and west` where several gateways come to it. */
export function describeDemand({ chapter, gateways }: Demand): string {
  if (gateways.length < 2) return chapter;
  const rest = gateways.length - TOLD;
  const names = rest > 0 ? [...gateways.slice(0, TOLD), counted(rest, "more gateway")] : gateways;
  return `${chapter} of ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
