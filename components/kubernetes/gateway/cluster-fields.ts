import type { KubernetesSettings } from "./settings";

/** Where a step finds its objects. */
export const cluster = ({
  kubernetes: { kubeconfig, context, namespace },
}: Pick<KubernetesSettings, "kubernetes">) => ({ kubeconfig, context, namespace });

/** How long a pod may wait for a node; without an entry the steps have a limit of their own. */
export const nodeWait = ({ rollout: { nodesOnDemand } }: Pick<KubernetesSettings, "rollout">) =>
  nodesOnDemand === undefined ? {} : { unschedulableWithinSeconds: nodesOnDemand.withinSeconds };
