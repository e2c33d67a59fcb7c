import type { V1Pod } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json } from "../api/json";
import { readPodLog } from "./pod-log";
import { redactorOf } from "../../upgrade/redact";
import type { StepIo } from "../../upgrade/step-io";

/** Follows the logs of a Job's pods. */
export interface MigrationLog {
  /** Says what the pods have written since the last call. */
  readonly follow: (pods: readonly Json<V1Pod>[]) => Promise<void>;
  /** Last lines of the newest pod that wrote any; kept, since a Job past its deadline takes its pods along (T-30). */
  readonly tail: () => readonly string[];
}

/** Starts with nothing said; secrets of the environment are hidden in every line. */
export function migrationLog(client: ClusterClient, namespace: string, io: StepIo): MigrationLog {
  const redact = redactorOf(io.env);
  const told = new Map<string, readonly string[]>();
  const follow = async (pod: string) => {
    const before = told.get(pod) ?? [];
    const lines = (await readPodLog(client, { namespace, pod })).map(redact);
    // A log that can no longer be read is shorter than what it held before.
    if (lines.length <= before.length) return;
    for (const line of lines.slice(before.length)) io.say(`migrate: ${line}`);
    told.delete(pod);
    told.set(pod, lines);
  };
  return {
    follow: async (pods) => {
      for (const pod of pods) if (hasStarted(pod)) await follow(pod.metadata?.name ?? "");
    },
    tail: () => [...told.values()].at(-1)?.slice(-30) ?? [],
  };
}

const hasStarted = ({ status }: Json<V1Pod>): boolean =>
  status?.containerStatuses?.some(({ state }) => state?.waiting === undefined) === true;
