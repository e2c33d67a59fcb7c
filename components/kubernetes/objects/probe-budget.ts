import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { Json } from "../api/json";

/** Defaults of the API. Source: `kubernetes/kubernetes@v1.34.4:pkg/apis/core/v1/defaults.go` (SetDefaults_Probe). */
const budget = (probe: Json<V1Probe> | undefined): number =>
  probe === undefined
    ? 0
    : (probe.initialDelaySeconds ?? 0) +
      (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);

/** Room for the kubelet to act and for its report to arrive, in seconds. */
const slack = 10;

/** Longest time that a container may take to start by its own startup probe, in seconds. */
export const startBudget = (container: Json<V1Container>): number =>
  budget(container.startupProbe) + slack;

/** Longest time from a container's start until its readiness probe must have passed, in seconds. */
export const readyBudget = (container: Json<V1Container>): number =>
  budget(container.readinessProbe) + slack;
