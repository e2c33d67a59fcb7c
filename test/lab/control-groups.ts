import { readdir, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";

const ROOT = "/sys/fs/cgroup";

/** Control group of a part of a lab, which no other lab has: `/gateways-lab-docker-gateways-lab`. */
export const controlGroup = (home: string, part: string): string =>
  `/gateways-lab-${part}-${basename(home).replaceAll(/[^A-Za-z0-9-]/g, "-")}`;

/** Removes a group with all below it, which programs that were killed have left; one with a process in it stays. */
export async function removeControlGroup(group: string): Promise<void> {
  // Version 1 has a hierarchy for each kind of resource, version 2 is one.
  const roots = [ROOT, ...(await folders(ROOT)).map((hierarchy) => join(ROOT, hierarchy))];
  for (const root of roots) await removeTree(join(root, group));
}

/** In a shell: goes into the group of its name, where a systemd keeps account of its processes, and becomes the program that follows. */
const ENTER = `for root in ${ROOT} ${ROOT}/systemd ${ROOT}/unified; do
  if [ -f "$root/cgroup.procs" ]; then mkdir -p "$root$0" && echo $$ >"$root$0/cgroup.procs"; fi
done
exec "$@"`;

/** A command that runs in a control group of its own. */
export const inControlGroup = (
  group: string,
  command: readonly string[],
): readonly [string, ...string[]] => ["/bin/sh", "-c", ENTER, group, ...command];

async function removeTree(folder: string): Promise<void> {
  for (const child of await folders(folder)) await removeTree(join(folder, child));
  await rmdir(folder).catch(() => undefined);
}

const folders = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
