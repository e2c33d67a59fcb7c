import { endingOf } from "../sessions";
import type { OpenPlatform } from "../upgrade/platform";
import type { EndedSessions, EndSessions } from "../upgrade/sessions";
import type { StepIo } from "../upgrade/step-io";
import { openPlatform } from "./open-platform";
import type { SessionsTask } from "./sessions-input";

/**
 * Waits until the sessions on workloads have ended that are about to be replaced, and lets the policy decide about those that stay. Changes nothing.
 *
 * @returns what was open on each workload
 * @throws StepFailure if the policy ends the run; the workloads keep serving.
 */
export const runSessions = (
  { sessions, workloads, options, policy, cut, limitSeconds, ...place }: SessionsTask,
  io: StepIo,
  open: OpenPlatform = openPlatform,
  find: (kind: string) => Promise<EndSessions> = endingOf,
): Promise<Readonly<Record<string, EndedSessions>>> =>
  open(place, io, async (platform) => {
    const end = await find(sessions);
    const ended: Record<string, EndedSessions> = {};
    let left = cut;
    for (const workload of workloads) {
      const allowed = { policy, cut: left, limitSeconds, cordon: false, carry: false };
      const about = await end({ platform, workload, policy: allowed, options }, io);
      left -= about.cut;
      ended[workload] = about;
    }
    return ended;
  });
