import type { OpenPlatform } from "../upgrade/platform";
import type { StepIo } from "../upgrade/step-io";
import { openPlatform } from "./open-platform";
import type { SessionsTask } from "./sessions-input";

/**
 * Has the instances of workloads wait for their turns before another release of them is declared, so that none is stopped while sessions are open on it. What
 * becomes of those the rollout says, which replaces them one at a time.
 *
 * @returns the workloads that are held
 * @throws StepFailure if one cannot be held; nothing was touched.
 */
export const runSessions = (
  { workloads, ...place }: SessionsTask,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<{ readonly held: readonly string[] }> =>
  open(place, io, async (platform) => {
    for (const workload of workloads) await platform.oneByOne(workload).hold();
    return { held: workloads };
  });
