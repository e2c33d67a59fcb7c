import type { StepIo } from "../upgrade/step-io";
import { withClientPod } from "./client-pod";
import type { DatabaseSource, ReachableSource } from "./database-source";

/**
 * Runs work with a source that can be used at once: the same one, or, where it is a Job, the pod that was made for it and is removed
 * afterwards. Whoever opens a database in a step does it in here.
 *
 * @throws StepFailure where the Job's pod does not start.
 */
export const withSource = <T>(
  source: DatabaseSource,
  io: StepIo,
  work: (source: ReachableSource) => Promise<T>,
): Promise<T> => (source.kind === "job" ? withClientPod(source, io, work) : work(source));
