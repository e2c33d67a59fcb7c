import { readdir, readFile } from "node:fs/promises";

import { identify, isAlive, parseStat, type ProcessIdentity } from "../process-identity";

/** A process and all that it started and that they started, the process itself first. */
export async function processTree(root: number): Promise<readonly ProcessIdentity[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const children = new Map<number, number[]>();
  for (const pid of numbers) {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  const identities = await Promise.all(found.map(identify));
  return identities.filter((identity) => identity !== undefined);
}

/** The program and the arguments of a process, with blanks between; "" when it is gone. */
export const commandLine = async ({ pid }: ProcessIdentity): Promise<string> =>
  (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim();

/** Kills exactly these processes with SIGKILL, in the given order; those that are gone are passed over. */
export async function killAll(processes: readonly ProcessIdentity[]): Promise<void> {
  for (const one of processes) {
    if (await isAlive(one)) signal(one.pid);
  }
}

// A process may end between the look and the signal.
function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
