/** A pod or a node, as much of it as says whether it is ready. */
interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    /** When a kubelet has taken a pod up. */
    readonly startTime?: string;
  };
}

const readyCondition = ({ status }: Conditioned) =>
  status?.conditions?.find((entry) => entry.type === "Ready" && entry.status === "True");

/** Whether a pod or a node says that it is ready. */
export const isReady = (object: Conditioned): boolean => readyCondition(object) !== undefined;

/** ISO 8601: since when it has said so; undefined if it is not ready. */
export const readySince = (object: Conditioned): string | undefined =>
  readyCondition(object)?.lastTransitionTime;

/** When a pod has become unready, in milliseconds: undefined if it is ready, or says nothing of it. */
export function unreadySince({ status }: Conditioned): number | undefined {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  if (condition?.lastTransitionTime === undefined || condition.status === "True") return undefined;
  return Date.parse(condition.lastTransitionTime);
}

/** A kubelet notes in one go that it has taken a pod up and that the pod is not ready; both times are of whole seconds. In milliseconds. */
const ONE_GO = 2000;

/**
 * Whether a pod has ever been ready. One that never was has been in no Service, so that nobody has reached it.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/kubelet/status/status_manager.go` (updateLastTransitionTime: the time stays until the status changes).
 */
export function hasBeenReady(pod: Conditioned): boolean {
  if (isReady(pod)) return true;
  const since = unreadySince(pod);
  const taken = pod.status?.startTime;
  // Before a kubelet has taken it up it says neither.
  return since !== undefined && taken !== undefined && since - Date.parse(taken) > ONE_GO;
}
