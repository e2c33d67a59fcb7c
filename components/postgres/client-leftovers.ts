import type { V1Job } from "@kubernetes/client-node";
import { jobState } from "../kubernetes/objects/job-state";
import type { Json } from "../kubernetes/api/json";

/** Milliseconds after which a client Job without a running pod belongs to nobody: whoever made it has long given up. */
const givenUp = 10 * 60 * 1000;

/**
 * Names the client Jobs that dead runs left behind: those that have ended, and those that have been waiting for their pod for longer than
 * anybody waits. A running one belongs to somebody, or ends by itself.
 */
export const leftovers = (jobs: readonly Json<V1Job>[], now: number): readonly string[] =>
  jobs.filter((job) => isLeftOver(job, now)).map(({ metadata }) => metadata?.name ?? "");

function isLeftOver(job: Json<V1Job>, now: number): boolean {
  const { state } = jobState(job);
  if (state === "complete" || state === "failed") return true;
  const born = Date.parse(job.metadata?.creationTimestamp ?? "");
  return (job.status?.ready ?? 0) === 0 && now - born > givenUp;
}
