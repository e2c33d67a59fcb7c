import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { identify, isAlive, parseIdentity } from "./process-identity";
import { until } from "./until";

/** Does the work while no other process holds the lock; the lock of a process that died does not count. */
export async function withLock<T>(
  path: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  const me = (await identify(process.pid))!;
  await writeFile(mine, `${me.pid} ${me.startedAt} ${me.bootId}\n`);
  try {
    await take(path, mine, report);
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, mine: string, report: (line: string) => void): Promise<void> {
  let told = false;
  const free = async (): Promise<boolean> => {
    // A hard link is made by exactly one of several rivals, and it is never seen half written.
    if (
      await link(mine, path).then(
        () => true,
        () => false,
      )
    )
      return true;
    const holder = parseIdentity(await readFile(path, "utf8"));
    if (holder === undefined || !(await isAlive(holder))) await rm(path, { force: true });
    else if (!told) {
      told = true;
      report(`process ${holder.pid} is bringing this lab up or down; waiting for it`);
    }
    return false;
  };
  await until("the lab's lock is free", free, { seconds: 1800, everyMs: 250 });
}
