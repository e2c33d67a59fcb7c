import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache";

const ROOT = "/sys/fs/cgroup";

/** Of version 1, where a session of processes has 1024. */
const SHARES = "32768";
/** Of version 2, where a group has 100. The largest. */
const WEIGHT = "10000";

/**
 * Lets containers have the processor before whatever else runs on this machine, as they would on one of their own. All of them are below one control group, which
 * has as much as one session of tests otherwise: with five of those at work everything that serves stood still for seconds.
 *
 * @param group - their control group: `k8s.io`
 */
export async function preferContainers(group: string): Promise<void> {
  const root = await processorRoot();
  const [file, value] = root === ROOT ? ["cpu.weight", WEIGHT] : ["cpu.shares", SHARES];
  await mkdir(join(root, group), { recursive: true });
  // A machine that hands the processor to nobody's groups has nothing to prefer.
  await writeFile(join(root, group, file), value).catch(() => undefined);
}

/** Takes the group away, unless somebody is still in it. */
export async function forgetContainers(group: string): Promise<void> {
  await rmdir(join(await processorRoot(), group)).catch(() => undefined);
}

async function processorRoot(): Promise<string> {
  const first = join(ROOT, "cpu");
  return (await exists(first)) ? first : ROOT;
}
