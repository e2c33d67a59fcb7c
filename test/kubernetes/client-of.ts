import type { Call, ClusterClient } from "../../components/kubernetes/api/client";

/** A client of a cluster that answers by itself. @param ask - may throw what the API server would refuse with */
export function clientOf(ask: (path: string, call?: Call) => unknown): ClusterClient {
  const answer = <T>(path: string, call?: Call) =>
    Promise.resolve().then(() => ask(path, call) as T);
  return {
    get: answer,
    find: answer,
    ask: (path, call) => answer(path, call).then(() => ({ status: 200, body: "" })),
    close: () => undefined,
  };
}
