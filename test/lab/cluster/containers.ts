import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";
import { daemonMark } from "../daemon";
import { parseStat } from "../process-identity";
import type { Settings } from "../settings";
import { until } from "../until";
import { networkName } from "./network";

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

/** Ends what the lab's containerd left running (containers and their shims) and clears what lies outside the lab's home. */
export async function removeContainers(settings: Settings): Promise<void> {
  await until("the lab's containers end", async () => (await killLeftovers(settings.home)) === 0, {
    seconds: 30,
  });
  await removeNetworkNotes();
  await removeLogLinks(settings.home);
}

async function killLeftovers(home: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  const roots: number[] = [];
  for (const pid of pids) {
    const stat = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (stat === undefined || stat.state === "Z") continue;
    parents.set(pid, stat.parent);
    if (await isMarked(pid, home)) roots.push(pid);
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
async function isMarked(pid: number, home: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return environment.split("\0").includes(`${daemonMark}=${home}`);
}

// The CNI library keeps a note per pod, which names the pod's network namespace.
async function removeNetworkNotes(): Promise<void> {
  const folder = "/var/lib/cni/results";
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${networkName}-`)) continue;
    const note = await readFile(join(folder, name), "utf8").catch(() => "");
    const namespace = /"netns":"(\/[^"]*\/netns\/cni-[0-9a-f-]+)"/.exec(note)?.[1];
    if (namespace !== undefined) {
      await run("umount", ["--lazy", namespace], { reject: false });
      await rm(namespace, { force: true });
    }
    await rm(join(folder, name), { force: true });
  }
}

// The kubelet links each container's log into a folder of the machine.
async function removeLogLinks(home: string): Promise<void> {
  const folder = "/var/log/containers";
  const { stdout } = await run("find", [folder, "-lname", `${home}/*`], { reject: false });
  for (const path of stdout.split("\n").filter((line) => line !== ""))
    await rm(path, { force: true });
}
