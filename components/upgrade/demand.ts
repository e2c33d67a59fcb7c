import type { ContainerResources } from "./container-resources";
import type { Resources } from "./facts";

/** Pods that have to find room at the same moment, beside those that run. */
export interface Demand {
  /** The chapter that needs them: `rollout`. */
  readonly chapter: string;
  readonly pods: readonly PodDemand[];
}

export interface PodDemand {
  /** What the pod is for: `a pod of gateway`. */
  readonly name: string;
  /** What the scheduler sets aside for it. */
  readonly requests: Resources;
  readonly containers: readonly ContainerDemand[];
}

export interface ContainerDemand extends ContainerResources {
  readonly name: string;
  /** `init` has ended before the others begin; `sidecar` is an init container that stays. */
  readonly role: "main" | "init" | "sidecar";
}
