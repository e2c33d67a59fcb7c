import { readdir, readFile } from "node:fs/promises";
import { daemonMark } from "../daemon";
import { parseStat } from "../process-identity";
import { until } from "../until";

/** Every descendant of the given processes and these themselves. */
export function withDescendants(
  parents: ReadonlyMap<number, number>,
  roots: readonly number[],
): readonly number[] {
  const found = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
    }
  }
  return [...found];
}

/**
 * Ends what the lab's programs left running: containers, their shims, a program that no pid file knows.
 *
 * @param mark - variable whose value is the home in the environment of these programs. @defaultValue that of all programs of the lab
 */
export async function endLeftovers(home: string, mark = daemonMark): Promise<void> {
  await until("the lab's containers end", async () => (await killLeftovers(home, mark)) === 0, {
    seconds: 30,
  });
}

async function killLeftovers(home: string, mark: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  const roots: number[] = [];
  for (const pid of pids) {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (stat === undefined || stat.state === "Z") continue;
    parents.set(pid, stat.parent);
    if (await isMarked(pid, home, mark)) roots.push(pid);
  }
  const leftovers = withDescendants(parents, roots);
  for (const pid of leftovers) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  return leftovers.length;
}

// Programs of a lab, shims included, carry its mark in their environment; containers are found as their children.
async function isMarked(pid: number, home: string, mark: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(`${mark}=${home}`);
}
