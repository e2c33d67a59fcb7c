import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { outcome } from "./run-program";
import { stagedHost, sumOf, UNIT, type StagedHost } from "./staged-host";

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

describe("a file that somebody has put there and not started (T-32, B-38)", () => {
  const putByHand = async (binary: Buffer) => {
    await writeFile(`${host.binary}.hand`, binary, { mode: 0o755 });
    await rename(`${host.binary}.hand`, host.binary);
  };

  test("and that does not come up is swapped back to what ran, not to what an earlier swap has kept", async () => {
    const { bad, old, good } = host.binaries;
    for (const kept of [undefined, good]) {
      await rm(`${host.binary}.gateways-old`, { force: true });
      if (kept !== undefined) await writeFile(`${host.binary}.gateways-old`, kept, { mode: 0o755 });
      await putByHand(bad);
      await host.want(bad, "0.11.1");
      await host.run(["forget", UNIT, sumOf(bad)]);
      expect(outcome((await host.swap()).said)).toBe("swapped-back");
      expect(await host.running()).toBe(sumOf(old));
    }
  });

  test("and that does not come up is swapped back wherever its swap was killed, by the next one", async () => {
    const { bad, old } = host.binaries;
    for (let call = 1; ; call += 1) {
      await putByHand(bad);
      await host.want(bad, "0.11.1");
      const { killed } = await host.swap(`${call}:after`);
      if (!killed) break;
      const { said } = await host.swap();
      expect([outcome(said), await host.running()], `killed after call ${call}`).toEqual([
        "swapped-back",
        sumOf(old),
      ]);
      await host.run(["forget", UNIT, sumOf(bad)]);
    }
  });

  test("is taken away by the release that runs: nothing is brought, and what was kept before stays for the way back", async () => {
    const { bad, old, good } = host.binaries;
    await host.want(good);
    expect(outcome((await host.swap()).said)).toBe("swapped");
    await putByHand(bad);
    const { said } = await host.run(["stage", UNIT, sumOf(good)], { input: Buffer.alloc(0) });
    expect([outcome(said), said.get("reason")]).toEqual(["staged", "from what runs"]);
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(await host.running()).toBe(sumOf(good));
    const content = async (path: string) => sumOf(await readFile(path));
    expect(await content(host.binary)).toBe(sumOf(good));
    expect(await content(`${host.binary}.gateways-old`)).toBe(sumOf(old));
  });

  test("is not kept in the place of what runs", async () => {
    const { bad, old, good } = host.binaries;
    await putByHand(good);
    await host.want(bad, "0.11.1");
    expect(outcome((await host.swap()).said)).toBe("swapped-back");
    expect(await host.running()).toBe(sumOf(old));
  });
});

test("what the process executes is told where the unit starts it by another program (T-32)", async () => {
  const { said } = await host.run(["look", UNIT]);
  expect(said.get("executes")).toBe(host.binary);
  await host.set("exec", `/usr/bin/env ${host.binary} 1000`);
  await host.restart();
  // The unit is active a moment before its program has executed the file.
  while ((await host.running()) !== sumOf(host.binaries.old)) await pause(20);
  const started = await host.run(["look", UNIT]);
  expect(started.said.get("binary")).toMatch(/\/env$/);
  expect(started.said.get("executes")).toBe(host.binary);
});
