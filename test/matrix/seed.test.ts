import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runNumber } from "./seed";

let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "gateways-seed-"));
});
afterEach(() => rm(cache, { recursive: true }));

test("a run that has come to its end lets the next one have the next number", async () => {
  const first = await runNumber(cache, {});
  await first.count();
  expect((await runNumber(cache, {})).seed).toBe(first.seed + 1);
});

test("a run that has not leaves its number to the next one", async () => {
  await writeFile(join(cache, "next-test-seed"), "41\n");
  await runNumber(cache, {});
  expect((await runNumber(cache, {})).seed).toBe(41);
});

test("a number that is given is taken and counts nothing", async () => {
  await writeFile(join(cache, "next-test-seed"), "41\n");
  const given = await runNumber(cache, { TEST_SEED: "7" });
  await given.count();
  expect([given.seed, (await runNumber(cache, {})).seed]).toEqual([7, 41]);
});
