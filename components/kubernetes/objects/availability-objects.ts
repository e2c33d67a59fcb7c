import type { KubernetesObject } from "./object";

/** How many pods there are, and how many of them have to stay. */
export interface AvailabilityArgs {
  /** Name of the workload, and of the objects made for it: the names that the chart would use. */
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Pods that a node drain must leave running. */
  readonly minAvailable: number;
  /** Budgets and autoscalers that the chart makes itself, for all of its workloads. @defaultValue those that follow from the rest */
  readonly objects?: readonly KubernetesObject[];
  /** Undefined if the number of pods is fixed. */
  readonly autoscaling?:
    | {
        readonly minReplicas: number;
        readonly maxReplicas: number;
        /** Percent of the CPU request. */
        readonly targetCpu: number;
      }
    | undefined;
}

/** The PodDisruptionBudget of a workload (S-53). */
export const disruptionBudget = (args: AvailabilityArgs): KubernetesObject => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: args.workload, namespace: args.namespace, labels: args.labels },
  spec: { minAvailable: args.minAvailable, selector: { matchLabels: args.selector } },
});

/** The HorizontalPodAutoscaler of a workload, if it has one (S-52). */
export function autoscaler(args: AvailabilityArgs): KubernetesObject | undefined {
  if (args.autoscaling === undefined) return undefined;
  const { minReplicas, maxReplicas, targetCpu } = args.autoscaling;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: args.workload, namespace: args.namespace, labels: args.labels },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: args.workload },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: targetCpu } },
        },
      ],
    },
  };
}

/** The budget, and the autoscaler if there is one. */
export function availabilityObjects(args: AvailabilityArgs): readonly KubernetesObject[] {
  if (args.objects !== undefined) return args.objects;
  const scaler = autoscaler(args);
  return [disruptionBudget(args), ...(scaler === undefined ? [] : [scaler])];
}
