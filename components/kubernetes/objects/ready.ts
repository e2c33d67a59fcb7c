/** A pod or a node, as much of it as says whether it is ready. */
interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
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
