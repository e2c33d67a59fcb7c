import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** A number that nobody else on this machine has at the same time. */
export interface Slot {
  readonly number: number;
  readonly release: () => Promise<void>;
}

/**
 * Takes the lowest free number from 1 on.
 *
 * The kernel keeps it, by the open file of a child that ends with this process: a holder that is killed holds nothing.
 *
 * @param folder - where the numbers of this kind are kept
 */
export async function takeSlot(folder: string): Promise<Slot> {
  await mkdir(folder, { recursive: true });
  for (let number = 1; ; number += 1) {
    const keeper = spawn(
      "flock",
      ["--nonblock", join(folder, String(number)), "sh", "-c", "echo held; exec cat"],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const ended = once(keeper, "close");
    const held = await Promise.race([
      once(keeper.stdout, "data").then(() => true),
      ended.then(() => false),
    ]);
    if (!held) continue;
    return {
      number,
      release: async () => {
        keeper.stdin.end();
        await ended;
      },
    };
  }
}
