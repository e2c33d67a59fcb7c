import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { end, outcome } from "./run-program";
import { leftBeside, stagedHost, sumAt, sumOf, UNIT, type StagedHost } from "./staged-host";

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

test("a transfer whose sender is gone without a word holds nobody up, and does no harm when its connection ends at last (B-36)", async () => {
  const { good, old } = host.binaries;
  const words = [join(host.folder, "agent.sh"), "stage", UNIT, sumOf(good)];
  const stalled = spawn("sh", words, { env: host.env, stdio: ["pipe", "pipe", "ignore"] });
  let said = "";
  stalled.stdout.on("data", (part: Buffer) => (said += part.toString()));
  stalled.stdin.write(good.subarray(0, 2000));
  while ((await leftBeside(host)).length === 0) await pause(20);
  await host.want(good);
  expect(outcome((await host.swap()).said)).toBe("swapped");
  expect(await sumAt(`${host.binary}.gateways-old`)).toBe(sumOf(old));
  stalled.stdin.end("of another time");
  await end(stalled);
  expect(said).toContain("outcome=refused");
  expect(await host.running()).toBe(sumOf(good));
  expect([await sumAt(host.binary), await leftBeside(host)]).toEqual([sumOf(good), []]);
});

test("a host that cannot note what is wanted swaps nothing: neither that nor what was wanted before (B-38)", async () => {
  const { good, old } = host.binaries;
  await host.want(good);
  const note = join(host.folder, "state", UNIT, "wanted.part");
  await mkdir(note, { recursive: true });
  const { said } = await host.run(["start", UNIT, sumOf(old), "0.10.0", "-", "3"]);
  expect([outcome(said), said.get("reason")]).toEqual([
    "refused",
    `nothing can be noted in ${dirname(note)}`,
  ]);
  expect(await host.running()).toBe(sumOf(old));
});

test("the outcome of a swap is that of its unit, with or without the ending of its name", async () => {
  await host.want(host.binaries.good);
  await host.swap();
  expect(outcome((await host.run(["result", `${UNIT}.service`])).said)).toBe("swapped");
});
