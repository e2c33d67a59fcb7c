import { access, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pMap from "p-map";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { besideHost, type BesideHost } from "./beside-host";
import { outcome, type KillAt } from "./run-program";
import { sumOf, UNIT } from "./staged-host";

let host: BesideHost;

beforeEach(async () => {
  host = await besideHost();
});
afterEach(() => host.remove());

/** What a second instance leaves on a host once it is over. */
async function nothingIsLeft({ folder, binary, beside }: BesideHost, at?: string): Promise<void> {
  expect(await beside(), at).toBeUndefined();
  expect(await readdir(join(folder, "units")), at).toEqual([]);
  await expect(access(`${binary}.gateways-beside`), at).rejects.toThrow("ENOENT");
  const kept = ["beside-result", "failed", "wanted", "begun", "identity", "lock", "lead", "result"];
  expect(
    (await readdir(join(folder, "state", UNIT))).filter((name) => !kept.includes(name)),
    at,
  ).toEqual([]);
}

test("a second instance of the new binary comes up beside the old one, which is kept from new tunnels and serves on (5.3)", async () => {
  const { old, good } = host.binaries;
  const before = await host.main();
  await host.wantBeside(good);
  await host.lead(2);
  expect(await host.came()).toBe("leads");
  expect([await host.main(), await host.running()]).toEqual([before, sumOf(old)]);
  expect(await host.beside()).toBe(sumOf(good));
  const { own } = await host.instances();
  expect(new Set(host.told)).toEqual(new Set(["drain none", `drain ${own}`]));
  const { said } = await host.run(["look", UNIT, "beside"]);
  expect(Object.fromEntries(said)).toMatchObject({
    beside: sumOf(good),
    besidePhase: "leads",
    besideTunnels: "0",
    cannotBeside: "",
  });
});

test("once the unit runs the new binary the second instance is kept from new tunnels, ends without any, and leaves nothing", async () => {
  const { old, good } = host.binaries;
  await host.wantBeside(good);
  await host.lead(1);
  const { second } = await host.instances();
  expect(outcome((await host.swap()).said)).toBe("swapped");
  await host.lead();
  expect(host.told.at(-1)).toBe(`drain ${second}`);
  await nothingIsLeft(host);
  expect(await host.running()).toBe(sumOf(good));
  expect(await readFile(`${host.binary}.gateways-old`).then(sumOf)).toBe(sumOf(old));
});

test("one that is about to end never leads again, also if the unit runs yet another release by then", async () => {
  await host.wantBeside(host.binaries.good);
  await host.lead(1);
  const { second } = await host.instances();
  await host.swap();
  await host.lead(1);
  await host.want(host.binaries.old, "0.10.0");
  await host.swap();
  await host.lead();
  expect(host.told.at(-1)).toBe(`drain ${second}`);
  await nothingIsLeft(host);
  expect(await host.running()).toBe(sumOf(host.binaries.old));
});

describe("a release that does not come up beside the old one costs nothing, and is remembered (B-38)", () => {
  const fails = async (binary: Buffer, within?: number) => {
    const before = await host.main();
    await host.wantBeside(binary, "0.11.1", within);
    await host.lead();
    expect(await host.came()).toBe("failed");
    expect([await host.main(), await host.running()]).toEqual([before, sumOf(host.binaries.old)]);
    const { said } = await host.run(["look", UNIT]);
    expect(said.get("failed")).toMatch(/ 0\.11\.1 \d+ release 0\.11\.1 does not come up beside/);
    expect(host.told).toEqual(["drain none"]);
    await nothingIsLeft(host);
  };

  test("if it ends at once", () => fails(host.binaries.bad));

  test("if the API does not take it", async () => {
    await writeFile(join(host.folder, "unit/second/unheard"), "");
    await fails(host.binaries.good, 2);
  });
});

test("a host on which none can run says why, and its agent is left alone", async () => {
  await writeFile(join(host.folder, "agent.yaml"), "agent_name: web-1\n");
  await host.wantBeside(host.binaries.good);
  await host.lead();
  const { said } = await host.run(["came", UNIT]);
  expect(outcome(said)).toBe("refused");
  expect(said.get("reason")).toMatch(/^neither environment nor .* says where the API is$/);
  await nothingIsLeft(host);
});

test("a second instance that is not wanted any more gives the old one back before it is kept from new tunnels itself, and ends", async () => {
  await host.wantBeside(host.binaries.good);
  await host.lead(1);
  const { own, second } = await host.instances();
  await writeFile(join(host.folder, "state", UNIT, "beside-end"), "");
  await host.lead();
  const told = host.told.filter((one, index) => one !== host.told[index - 1]);
  expect(told).toEqual(["drain none", `drain ${own}`, `instance ${own}`, `drain ${second}`]);
  await nothingIsLeft(host);
  expect(await host.running()).toBe(sumOf(host.binaries.old));
});

test("a second instance that has gone for good has the old one be chosen again", async () => {
  await host.wantBeside(host.binaries.good);
  await host.lead(1);
  const { own } = await host.instances();
  await host.stop(`gateways-beside-${UNIT}`);
  await host.lead();
  expect(host.told.at(-1)).toBe(`instance ${own}`);
  await nothingIsLeft(host);
});

test("one that was judged and is about to be cleared away is not begun anew meanwhile: whoever asks is to ask again", async () => {
  const { good } = host.binaries;
  await host.wantBeside(good);
  await writeFile(
    join(host.folder, "state", UNIT, "beside-result"),
    "outcome=refused\nreason=of before\n",
  );
  await host.beforeSystemctl(`[ "$*" = "is-active gateways-lead-${UNIT}" ] && echo active && exit`);
  const words = ["beside", UNIT, sumOf(good), "0.11.0", "-", "3"];
  expect(outcome((await host.run(words)).said)).toBe("busy");
  expect(await host.came()).toBe("refused");
});

/** Kills `lead` before and after each of its calls in turn, each time on a host of its own. */
async function killedEverywhere(
  prepare: (fresh: BesideHost) => Promise<void>,
  rounds: number | undefined,
  check: (fresh: BesideHost, at: KillAt) => Promise<void>,
): Promise<void> {
  await prepare(host);
  const { calls } = await host.lead(rounds);
  const moments = Array.from({ length: calls }, (_, index) => index + 1).flatMap(
    (call): readonly KillAt[] => [`${call}:before`, `${call}:after`],
  );
  await pMap(
    moments,
    async (at) => {
      const fresh = await besideHost();
      try {
        await prepare(fresh);
        const before = await fresh.main();
        await fresh.lead(rounds, at);
        // The agent of the unit has served all the time.
        expect(await fresh.main(), at).toBe(before);
        await check(fresh, at);
      } finally {
        await fresh.remove();
      }
    },
    { concurrency: 4 },
  );
}

test("killed before and after each of its calls while it brings one up, it is run again and leads, and the old agent has served all the time", async () => {
  await killedEverywhere(
    (fresh) => fresh.wantBeside(fresh.binaries.good),
    1,
    async (fresh, at) => {
      await fresh.lead(1);
      expect(await fresh.came(), at).toBe("leads");
      expect(await fresh.beside(), at).toBe(sumOf(fresh.binaries.good));
      // From here on it is the story of each other host, which takes its time: one call in four is told to its end.
      if (Number.parseInt(at) % 4 !== 0) return;
      expect(outcome((await fresh.swap()).said), at).toBe("swapped");
      await fresh.lead();
      await nothingIsLeft(fresh, at);
      expect(await fresh.running(), at).toBe(sumOf(fresh.binaries.good));
    },
  );
});

test("killed anywhere with a release that does not come up, it is run again and leaves the old agent alone", async () => {
  await killedEverywhere(
    (fresh) => fresh.wantBeside(fresh.binaries.bad, "0.11.1"),
    undefined,
    async (fresh, at) => {
      await fresh.lead();
      expect(await fresh.came(), at).toBe("failed");
      await nothingIsLeft(fresh, at);
      expect(await fresh.running(), at).toBe(sumOf(fresh.binaries.old));
    },
  );
});

test("killed anywhere while it sees one off, it is run again, and no second instance stays", async () => {
  await killedEverywhere(
    async (fresh) => {
      await fresh.wantBeside(fresh.binaries.good);
      await fresh.lead(1);
      await fresh.swap();
    },
    undefined,
    async (fresh, at) => {
      await fresh.lead();
      await nothingIsLeft(fresh, at);
      expect(await fresh.running(), at).toBe(sumOf(fresh.binaries.good));
    },
  );
});
