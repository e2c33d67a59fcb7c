import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../suite/durations";
import { readSeed, SEED } from "./matrix";

/** The number of a run, and what to do once the run has come to its end. */
export interface RunNumber {
  readonly seed: number;
  /** Lets the next run have the next number; nothing where the number was given. */
  readonly count: () => Promise<void>;
}

/**
 * Gives the number of this run: `TEST_SEED`, or the next one on this machine. The first run on a machine takes the number of commits, so that machines and
 * commits begin at different cells.
 *
 * @param cache - folder in which the numbers are counted
 */
export async function runNumber(
  cache: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunNumber> {
  const given = env[SEED] ?? "";
  if (given !== "") return { seed: readSeed(given), count: () => Promise.resolve() };
  const file = join(cache, "next-test-seed");
  const next = await readFile(file, "utf8").catch(() => undefined);
  const seed = next === undefined ? await commits() : readSeed(next.trim());
  return {
    seed,
    count: async () => {
      await mkdir(cache, { recursive: true });
      await writeFile(file, `${seed + 1}\n`);
    },
  };
}

/** Commits behind this one; 0 where this is no clone. */
async function commits(): Promise<number> {
  const { exitCode, stdout } = await execa("git", ["rev-list", "--count", "HEAD"], {
    cwd: ROOT,
    reject: false,
  });
  return exitCode === 0 ? Number(stdout) : 0;
}
