import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installed, prepareInstalled } from "./installed";
import { runProgram } from "./run-program";
import { evidence, record, type Registration } from "./recorder";

/** One registration a line, as the program of the first release has made them. */
const FILE = join(import.meta.dirname, "installed.jsonl");

const lineOf = (stack: string, one: Registration): string => JSON.stringify({ stack, ...one });

async function linesOf(stack: string): Promise<readonly string[]> {
  const seen = await record(() => runProgram([prepareInstalled(installed[stack]!)]), {
    stdout: evidence,
  });
  return seen.map((one) => lineOf(stack, one)).sort();
}

describe("a stack that the first release of this program has installed", () => {
  test.each(Object.keys(installed))("shows no other resources, with %s", async (stack) => {
    const lines = (await readFile(FILE, "utf8")).split("\n");
    const before = lines.filter((line) => line.startsWith(`{"stack":${JSON.stringify(stack)},`));
    const parsed = (all: readonly string[]) => all.map((line) => JSON.parse(line) as unknown);
    expect(before.length).toBeGreaterThan(10);
    expect(parsed(await linesOf(stack))).toEqual(parsed(before));
  });
});
