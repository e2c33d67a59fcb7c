import { readdir, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";

const ROOT = "/sys/fs/cgroup";

/** Parent of the control groups of all containers of a lab's Docker host. */
export const controlGroup = (home: string): string =>
  `/gateways-lab-docker-${basename(home).replaceAll(/[^A-Za-z0-9-]/g, "-")}`;

/** Removes the groups that containers which were killed have left; a group with a process in it stays. */
export async function removeControlGroups(home: string): Promise<void> {
  const name = controlGroup(home).slice(1);
  // Version 1 has a hierarchy for each kind of resource, version 2 is one.
  const roots = [ROOT, ...(await folders(ROOT)).map((hierarchy) => join(ROOT, hierarchy))];
  for (const root of roots) await removeTree(join(root, name));
}

async function removeTree(folder: string): Promise<void> {
  for (const child of await folders(folder)) await removeTree(join(folder, child));
  await rmdir(folder).catch(() => undefined);
}

const folders = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
