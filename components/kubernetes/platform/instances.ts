import type { V1Container, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Instance, InstanceContainer, WorkloadLook } from "../../upgrade/platform";
import type { Json } from "../api/json";
import { hasBeenReady, readySince } from "../objects/ready";
import { describeWorkload } from "../objects/workload-kind";
import { newestPods } from "../watch/newest-pods";
import { PROOF_MS } from "../watch/ordinal-turns";
import type { RolloutVerdict } from "../watch/judge-rollout";
import { toProblem } from "../watch/problems";
import { isAlive, namedIn, workloadOf, type RolloutView } from "../watch/rollout-view";

/** A pod as steps know it. */
export const instanceOf = (pod: Json<V1Pod>): Instance => ({
  name: pod.metadata?.name ?? "",
  createdAt: pod.metadata?.creationTimestamp,
  readySince: readySince(pod),
  wasReady: hasBeenReady(pod),
  containers: containersOf(pod.spec?.containers, pod.status?.containerStatuses),
  initContainers: containersOf(pod.spec?.initContainers, pod.status?.initContainerStatuses),
});

const containersOf = (
  containers: readonly Json<V1Container>[] = [],
  statuses: readonly Json<V1ContainerStatus>[] = [],
): readonly InstanceContainer[] =>
  containers.map(({ name, image = "" }) => {
    const status = statuses.find((entry) => entry.name === name);
    return { name, image, imageId: status?.imageID, restarts: status?.restartCount };
  });

/** One look at a workload as steps know it. */
export function workloadLook(view: RolloutView, verdict: RolloutVerdict): WorkloadLook {
  const { spec } = workloadOf(view);
  const containers = spec?.template.spec?.containers ?? [];
  const newest = newestPods(view);
  const isProbed = containers.length > 0 && containers.every((one) => one.readinessProbe);
  return {
    words: describeWorkload(namedIn(view)),
    state: verdict.state,
    progress: verdict.progress,
    problem: toProblem(verdict.problem),
    instances: newest
      .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
      .map(instanceOf),
    older: view.pods.filter((pod) => isAlive(pod) && !newest.includes(pod)).map(instanceOf),
    wanted: spec?.replicas ?? 1,
    images: Object.fromEntries(containers.map(({ name, image }) => [name, image ?? "nothing"])),
    settleMs: isProbed ? 0 : PROOF_MS,
  };
}
