import type { V1Job } from "@kubernetes/client-node";
import type { JobFacts } from "../facts/cluster-facts";
import type { Json } from "../api/json";

/** Where a Job stands. */
export interface JobState {
  readonly state: JobFacts["state"];
  /** Reason of the failure: BackoffLimitExceeded, DeadlineExceeded, ... or "". */
  readonly reason: string;
  /** The controller's own words about it, or "". */
  readonly message: string;
}

/** Reads a Job's state from its conditions; a Job that has ended is never called suspended. */
export function jobState({ spec, status }: Json<V1Job>): JobState {
  const ended = (type: string) =>
    status?.conditions?.find((entry) => entry.type === type && entry.status === "True");
  const failed = ended("Failed");
  const state = (): JobState["state"] => {
    if (ended("Complete") !== undefined) return "complete";
    if (failed !== undefined) return "failed";
    if (spec?.suspend === true) return "suspended";
    return (status?.active ?? 0) > 0 ? "active" : "waiting";
  };
  return { state: state(), reason: failed?.reason ?? "", message: failed?.message ?? "" };
}
