import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Prepared } from "../../components/smoltbot/prepare";
import { installed, prepareInstalled } from "./installed";
import { record, type Registration } from "./recorder";
import { evidence } from "./tell-story";

const prepared: Prepared[] = [];
vi.mock(import("../../components/config/read-config"), () => ({ readConfig: () => [] }));
vi.mock(import("../../components/smoltbot/prepare"), () => ({
  prepareSmoltbots: () => Promise.resolve(prepared),
}));

/** One registration a line, as the program of the first release has made them. */
const FILE = join(import.meta.dirname, "installed.jsonl");

const lineOf = (stack: string, one: Registration): string => JSON.stringify({ stack, ...one });

async function linesOf(stack: string): Promise<readonly string[]> {
  const { default: program } = await import("../../index");
  prepared.splice(0, prepared.length, prepareInstalled(installed[stack]!));
  const seen = await record(() => program(), { stdout: evidence });
  return seen.map((one) => lineOf(stack, one)).sort();
}

describe("a stack that the first release of this program has installed", () => {
  test.each(Object.keys(installed))("shows no other resources, with %s", async (stack) => {
    const lines = (await readFile(FILE, "utf8")).split("\n");
    const before = lines.filter((line) => line.startsWith(`{"stack":${JSON.stringify(stack)},`));
    // What a step is told is no trigger: a change of it updates the step's resource, and runs nothing.
    const parsed = (all: readonly string[]) =>
      all.map(
        (line) =>
          JSON.parse(line, (key, value: unknown) =>
            key === "GATEWAYS_STEP" ? undefined : value,
          ) as unknown,
      );
    expect(before.length).toBeGreaterThan(10);
    expect(parsed(await linesOf(stack))).toEqual(parsed(before));
  });
});
