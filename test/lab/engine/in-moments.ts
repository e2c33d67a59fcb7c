import { kill } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../until";

/**
 * Lets an engine work in moments only, and returns once `check` holds, while it stands still: what it has started goes on meanwhile, so that it is met before it has noted what that
 * has done, however slow the machine.
 *
 * @param pid - process of the engine
 * @throws Error as `until` does; the engine stands still then, too
 */
export async function inMoments(
  what: string,
  pid: number,
  check: () => Promise<boolean>,
  seconds: number,
): Promise<void> {
  const isThere = async () => {
    kill(pid, "SIGCONT");
    await pause(5);
    kill(pid, "SIGSTOP");
    await pause(100);
    return check();
  };
  await until(what, isThere, { seconds, everyMs: 1 });
}
