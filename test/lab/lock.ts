import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Does the work while nobody else holds the lock; waits for as long as somebody does.
 *
 * The kernel keeps the lock, by the open file of a child that ends with this process: a holder that is killed holds nothing.
 */
export async function withLock<T>(
  path: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const keeper = spawn("flock", ["--exclusive", path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(keeper, "close");
  const waiting = setTimeout(() => {
    report("another process is bringing this lab up or down; waits for it");
  }, 1000);
  try {
    const held = once(keeper.stdout, "data");
    await Promise.race([held, ended.then(refuse)]);
  } finally {
    clearTimeout(waiting);
  }
  try {
    return await work();
  } finally {
    keeper.stdin.end();
    await ended;
  }
}

function refuse(): never {
  throw new Error("the lab's lock could not be taken; the program flock ended early");
}
