import { mkdir, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pMap from "p-map";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { agentsConfig } from "../stack-values";
import { outcome, type KillAt } from "./run-program";
import { leftBeside, stagedHost, sumAt, sumOf, UNIT, type StagedHost } from "./staged-host";

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

test("a binary that was staged is what the unit runs after its swap, and the one before is kept (B-36, B-37, B-38)", async () => {
  const { good, old } = host.binaries;
  await host.want(good);
  expect(await host.running()).toBe(sumOf(old));
  const { said } = await host.swap();
  expect(outcome(said)).toBe("swapped");
  expect(await host.running()).toBe(sumOf(good));
  expect(await sumAt(host.binary)).toBe(sumOf(good));
  expect(await sumAt(`${host.binary}.gateways-old`)).toBe(sumOf(old));
});

test("whoever asks for the outcome hears of it as soon as there is one, or that there is none", async () => {
  expect(outcome((await host.run(["result", UNIT, "1"])).said)).toBe("none");
  await host.want(host.binaries.good);
  const asked = host.run(["result", UNIT, "30"]);
  await pause(300);
  // Whole at once, as the program writes it.
  const result = join(host.folder, "state", UNIT, "result");
  await writeFile(`${result}.part`, "outcome=swapped\n");
  await rename(`${result}.part`, result);
  expect(outcome((await asked).said)).toBe("swapped");
});

test("a release that ends at once is swapped back, and is not tried again by itself", async () => {
  const { bad, old, good } = host.binaries;
  await host.want(bad, "0.11.1");
  const { said } = await host.swap();
  expect(outcome(said)).toBe("swapped-back");
  expect(said.get("reason")).toMatch(/^release 0.11.1 does not come up: /);
  expect(await host.running()).toBe(sumOf(old));
  await host.want(bad, "0.11.1");
  const again = await host.swap();
  expect(outcome(again.said)).toBe("swapped-back");
  expect(await host.running()).toBe(sumOf(old));
  await host.want(good);
  expect(outcome((await host.swap()).said)).toBe("swapped");
});

test("a release that was swapped back is tried again once that is forgotten", async () => {
  const { good } = host.binaries;
  const reply = { status: 503 };
  const server = createServer((_request, answer) => answer.writeHead(reply.status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const ready = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`;
  await host.want(good, "0.11.0", ready, 3);
  expect(outcome((await host.swap()).said)).toBe("swapped-back");
  // The cause is gone.
  reply.status = 200;
  await host.want(good, "0.11.0", ready);
  expect(outcome((await host.swap()).said)).toBe("swapped-back");
  await host.run(["forget", UNIT, sumOf(good)]);
  expect(outcome((await host.swap()).said)).toBe("swapped");
  expect(await host.running()).toBe(sumOf(good));
});

test("an agent that runs and that the API does not take is swapped back", async () => {
  const server = createServer((_request, reply) => reply.writeHead(503).end("not ready"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await host.want(host.binaries.good, "0.11.0", `http://127.0.0.1:${port}/ready`, 8);
  const { said } = await host.swap();
  expect(outcome(said)).toBe("swapped-back");
  expect(said.get("reason")).toMatch(/it is not ready after 8 s/);
  expect(await host.running()).toBe(sumOf(host.binaries.old));
});

test("the old agent serves again within 30 s of its stop where the API does not take the new one, at what a stack file says by default (B-38)", async () => {
  const { readyWithinSeconds } = agentsConfig().settings.rollout;
  const server = createServer((_request, reply) => reply.writeHead(503).end("not ready"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const ready = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`;
  const { good, old } = host.binaries;
  await host.want(good, "0.11.0", ready, readyWithinSeconds);
  const looks = { GATEWAYS_LOOKS: "5", GATEWAYS_PAUSE: "1" };
  const before = performance.now();
  await host.run(["look", UNIT]);
  const look = (performance.now() - before) / 1000;
  const swap = host.run(["swap", UNIT], { env: looks });
  while ((await host.running()) !== sumOf(good)) await pause(20);
  const stopped = performance.now();
  while ((await host.running()) !== sumOf(old)) await pause(20);
  // 20 s are its wait. What else it does is worth some ten looks, which a busy machine draws out.
  expect((performance.now() - stopped) / 1000).toBeLessThan(30 + 10 * look);
  expect(outcome((await swap).said)).toBe("swapped-back");
});

test("certificate and key that stay the same are told, and so is a certificate that changes (B-39)", async () => {
  const data = `${host.folder}/data`;
  await host.set("environment", `BAMF_DATA_DIR=${data}`);
  for (const name of ["agent.crt", "agent.key"]) await writeFile(`${data}/${name}`, name);
  await host.want(host.binaries.good);
  expect((await host.swap()).said.get("identity")).toBe("kept");
  // An agent that joins anew writes both.
  await host.want(host.binaries.old, "0.10.0");
  await host.swap("7:after");
  await expect(sumAt(`${host.folder}/state/${UNIT}/begun`)).resolves.toBeDefined();
  await writeFile(`${data}/agent.crt`, "another");
  expect((await host.swap()).said.get("identity")).toBe("changed");
});

test("the way back takes the binary that was kept, and asks nobody for it", async () => {
  const { good, old } = host.binaries;
  await host.want(good);
  await host.swap();
  const { said } = await host.run(["stage", UNIT, sumOf(old)], { input: Buffer.alloc(0) });
  expect(said.get("reason")).toBe("from the one that was kept");
  await writeFile(`${host.folder}/state/${UNIT}/wanted`, `${sumOf(old)} 0.10.0 - 5\n`);
  expect(outcome((await host.swap()).said)).toBe("swapped");
  expect(await host.running()).toBe(sumOf(old));
});

describe("what is no binary of this host is not staged (T-31)", () => {
  const stage = async (given: Buffer, sum = sumOf(given)) => {
    const { said } = await host.run(["stage", UNIT, sum], { input: given });
    expect(outcome(said)).toBe("refused");
    expect(await leftBeside(host)).toEqual([]);
    return said.get("reason");
  };

  test("an error page", async () => {
    expect(await stage(Buffer.from("<html>Not Found</html>"))).toMatch(/is no program/);
  });

  test("one that was cut off", async () => {
    const { good } = host.binaries;
    expect(await stage(good.subarray(0, 2000), sumOf(good))).toMatch(
      /has sha256 [0-9a-f]{64}, expected/,
    );
  });

  test("one for another machine", async () => {
    const other = Buffer.from(host.binaries.good);
    other.writeUInt16LE(other.readUInt16LE(18) === 183 ? 62 : 183, 18);
    expect(await stage(other)).toMatch(/is made for another machine than/);
  });
});

test("a unit that is disabled is left alone (T-43)", async () => {
  await host.set("enabled", "disabled");
  await host.want(host.binaries.good);
  const { said } = await host.swap();
  expect(outcome(said)).toBe("refused");
  expect(said.get("reason")).toMatch(/is disabled, not enabled/);
  expect(await sumAt(host.binary)).toBe(sumOf(host.binaries.old));
});

test("a host on which nothing can be noted is told to swap nothing: it would go by the note from before (B-36)", async () => {
  const { good, old } = host.binaries;
  await host.want(good);
  // Also root writes no file where a folder is, as on a disk without room.
  await mkdir(join(host.folder, "state", UNIT, "wanted.part"));
  const { said } = await host.run(["start", UNIT, sumOf(good), "0.11.0", "-", "3"]);
  expect([outcome(said), said.get("reason")]).toEqual([
    "refused",
    `nothing can be noted in ${host.folder}/state/${UNIT}`,
  ]);
  expect(await host.running()).toBe(sumOf(old));
});

test("the binary that is swapped is the one that the unit starts, wherever it lies (T-32)", async () => {
  const { said } = await host.run(["look", UNIT]);
  expect(said.get("binary")).toBe(host.binary);
  expect(said.get("sha256")).toBe(sumOf(host.binaries.old));
  expect(said.get("running")).toBe(sumOf(host.binaries.old));
});

test("two swaps at once take turns, and what one has done the other finds done", async () => {
  const { good, old } = host.binaries;
  await host.want(good);
  const ends = await Promise.all([host.swap(), host.swap()]);
  expect(ends.map(({ said }) => outcome(said))).toEqual(["swapped", "swapped"]);
  expect(await host.running()).toBe(sumOf(good));
  expect(await sumAt(`${host.binary}.gateways-old`)).toBe(sumOf(old));
});

/** Calls that every swap makes, however soon it has its verdict. */
const CERTAIN_CALLS = 9;

/** What is done to a host before a swap, and what is true of it after one that was killed. */
interface KilledSwap {
  readonly prepare: (host: StagedHost) => Promise<void>;
  readonly check: (host: StagedHost, at: KillAt) => Promise<void>;
}

/** Kills a swap before and after each of its calls in turn, each time on a host of its own. */
async function killedEverywhere({ prepare, check }: KilledSwap): Promise<void> {
  await prepare(host);
  const { calls } = await host.swap();
  expect(calls).toBeGreaterThanOrEqual(CERTAIN_CALLS);
  const moments = Array.from({ length: calls }, (_, index) => index + 1).flatMap(
    (call): readonly KillAt[] => [`${call}:before`, `${call}:after`],
  );
  await pMap(moments, (at) => killedAt(at, { prepare, check }), { concurrency: 4 });
}

async function killedAt(at: KillAt, { prepare, check }: KilledSwap): Promise<void> {
  const fresh = await stagedHost();
  try {
    await prepare(fresh);
    const { killed, calls } = await fresh.swap(at);
    // How often it looks before its verdict is a matter of time: one that was quicker has ended before that call.
    if (!killed) expect(calls, at).toBeGreaterThanOrEqual(CERTAIN_CALLS);
    // Nothing half written is at the path that the unit starts.
    const { old, good, bad } = fresh.binaries;
    expect([old, good, bad].map(sumOf)).toContain(await sumAt(fresh.binary));
    await check(fresh, at);
  } finally {
    await fresh.remove();
  }
}

test("killed before and after each of its calls, a swap leaves an agent that works, and the next one finishes", async () => {
  await killedEverywhere({
    prepare: (fresh) => fresh.want(fresh.binaries.good),
    check: async (fresh, at) => {
      const { old, good } = fresh.binaries;
      expect([sumOf(old), sumOf(good)], at).toContain(await fresh.running());
      expect(outcome((await fresh.swap()).said), at).toBe("swapped");
      expect(await fresh.running(), at).toBe(sumOf(good));
      expect(await sumAt(`${fresh.binary}.gateways-old`), at).toBe(sumOf(old));
    },
  });
});

test("killed anywhere in the swap of a release that does not start, the next one brings the old agent back", async () => {
  await killedEverywhere({
    prepare: (fresh) => fresh.want(fresh.binaries.bad, "0.11.1"),
    check: async (fresh, at) => {
      expect(outcome((await fresh.swap()).said), at).toBe("swapped-back");
      expect(await fresh.running(), at).toBe(sumOf(fresh.binaries.old));
    },
  });
});
