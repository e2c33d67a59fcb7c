import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { outcome } from "./run-program";
import { stagedHost, sumAt, sumOf, UNIT, type StagedHost } from "./staged-host";

/** Time in which an agent comes up; of three looks and a question one is left on a busy machine, too. Unit: seconds. */
const WITHIN = 8;

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

const note = (name: string) => join(host.folder, "state", UNIT, name);

/** Puts a file into the place of the binary, as a package manager does. */
async function putThere(binary: Buffer): Promise<void> {
  await writeFile(`${host.binary}.hand`, binary, { mode: 0o755 });
  await rename(`${host.binary}.hand`, host.binary);
}

/** Serves what agents are asked whether they are ready. @param answer - status of the next answer, by the number of those before it */
async function readiness(answer: (before: number) => Promise<number> | number): Promise<string> {
  let before = 0;
  const server = createServer((_request, reply) => {
    void Promise.resolve(answer(before++)).then((status) => reply.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`;
}

describe("a swap that a loss of power has cut off, of another release than the one that is wanted now (B-38)", () => {
  /** What was noted when the host went down. */
  const goDown = async (release: Buffer) => {
    await writeFile(note("begun"), `${sumOf(release)}\n`);
    await writeFile(note("identity"), "agent.crt of another time\n");
  };

  test("has the next one take no certificate that was renewed meanwhile for that of an agent that has joined anew (B-39)", async () => {
    const data = `${host.folder}/data`;
    await host.set("environment", `BAMF_DATA_DIR=${data}`);
    for (const name of ["agent.crt", "agent.key"]) await writeFile(`${data}/${name}`, name);
    await host.want(host.binaries.good);
    await goDown(host.binaries.bad);
    const { said } = await host.swap();
    expect([outcome(said), said.get("identity")]).toEqual(["swapped", "kept"]);
  });

  test("has it stop no agent whose unit is disabled (T-43)", async () => {
    await host.want(host.binaries.good);
    await goDown(host.binaries.bad);
    await host.set("enabled", "disabled");
    expect(outcome((await host.swap()).said)).toBe("refused");
    expect(await host.running()).toBe(sumOf(host.binaries.old));
  });

  /** It does not come up, and the host has noted no verdict. */
  const leaveDown = async () => {
    const { bad, old } = host.binaries;
    await writeFile(`${host.binary}.gateways-old`, old, { mode: 0o755 });
    await putThere(bad);
    await host.stop();
    expect((await host.run(["look", UNIT])).said.get("binary")).toBe(host.binary);
  };

  test("and that has left the agent down is ended by the next one, whichever release that brings", async () => {
    const { bad, good, old } = host.binaries;
    await host.want(good);
    await goDown(bad);
    await leaveDown();
    expect((await host.run(["look", UNIT])).said.get("begun")).toBe(sumOf(bad));
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(await host.running()).toBe(sumOf(good));
    // What never came up is not what is kept for the way back.
    expect(await sumAt(`${host.binary}.gateways-old`)).toBe(sumOf(old));
  });

  test("and that has left the agent down is back at what worked before both, if the next release does not come up either", async () => {
    const { bad, old } = host.binaries;
    const worse = Buffer.concat([bad, Buffer.from("0.11.2")]);
    await host.want(worse, "0.11.2");
    await goDown(bad);
    await leaveDown();
    expect(outcome((await host.swap()).said)).toBe("swapped-back");
    expect(await host.running()).toBe(sumOf(old));
  });

  test("does not have it start a unit that somebody else has stopped", async () => {
    await host.want(host.binaries.good);
    await goDown(host.binaries.bad);
    await host.stop();
    const { said } = await host.swap();
    expect(said.get("reason")).toMatch(/is inactive, not active/);
  });
});

describe("a file that somebody else puts there in the middle of a swap", () => {
  const another = () => Buffer.concat([host.binaries.old, Buffer.from("by a package")]);

  const expectTold = (said: ReadonlyMap<string, string>, state = "active and enabled") => {
    expect(outcome(said)).toBe("refused");
    expect(said.get("reason")).toBe(
      `somebody else has put another file at ${host.binary} (sha256 ${sumOf(another())}) in the middle of a swap; the unit is ${state}`,
    );
  };
  const expectNotHeldAgainst = async () => {
    await expect(readFile(note("failed"))).rejects.toThrow("ENOENT");
    await expect(readFile(note("begun"))).rejects.toThrow("ENOENT");
    expect(await sumAt(host.binary)).toBe(sumOf(another()));
  };

  test.each([
    [503, "that is not ready yet"],
    [200, "that is about to be ready"],
  ])(
    "is told, and not held against the release (status %i, %s); what runs is left alone",
    async (status) => {
      const ready = await readiness(async (before) => {
        if (before === 0) await putThere(another());
        return status;
      });
      await host.want(host.binaries.good, "0.11.0", ready, WITHIN);
      expectTold((await host.swap()).said);
      await expectNotHeldAgainst();
      expect(await host.running()).toBe(sumOf(host.binaries.good));
    },
  );

  test("and that the restart starts is not told as the release", async () => {
    await host.want(host.binaries.good);
    const sync = join(host.folder, "path/sync");
    await rm(sync);
    await writeFile(
      sync,
      `#!/bin/sh\n[ "$1" != "${host.binary}" ] || mv -f "${host.binary}.hand" "$1"\n`,
    );
    await chmod(sync, 0o755);
    await writeFile(`${host.binary}.hand`, another(), { mode: 0o755 });
    expectTold((await host.swap()).said);
    await expectNotHeldAgainst();
    expect(await host.running()).toBe(sumOf(another()));
  });

  /** What a package does to its unit before it puts its file there. */
  const takeOff = async () => {
    await host.set("enabled", "disabled");
    await host.stop();
  };

  test("after the unit was stopped and disabled, as the package of the agent does, is told (T-43)", async () => {
    const ready = await readiness(async (before) => {
      if (before === 0) {
        await takeOff();
        await putThere(another());
      }
      return 503;
    });
    await host.want(host.binaries.good, "0.11.0", ready, WITHIN);
    expectTold((await host.swap()).said, "inactive and disabled");
    await expectNotHeldAgainst();
  });

  test("may be yet to come: that the unit was stopped and disabled is told, and is not held against the release (T-43)", async () => {
    const ready = await readiness(async () => {
      await takeOff();
      return 503;
    });
    await host.want(host.binaries.good, "0.11.0", ready, WITHIN);
    const { said } = await host.swap();
    expect([outcome(said), said.get("reason")]).toEqual([
      "refused",
      `somebody else has disabled ${UNIT} in the middle of a swap; the unit is inactive and disabled`,
    ]);
    await expect(readFile(note("failed"))).rejects.toThrow("ENOENT");
  });

  test("is told too by the one that goes on after a kill", async () => {
    await host.want(host.binaries.good);
    await writeFile(note("begun"), `${sumOf(host.binaries.good)}\n`);
    await rm(`${host.binary}.gateways-new`);
    await putThere(another());
    expectTold((await host.swap()).said);
    await expectNotHeldAgainst();
  });
});

test("a clock that is set meanwhile neither ends a wait nor prolongs it", async () => {
  const date = join(host.folder, "path/date");
  await writeFile(
    date,
    `#!/bin/sh\nread -r now <"${host.folder}/now"\nnow=$((now + 3600))\necho $now >"${host.folder}/now"\necho $now\n`,
  );
  await writeFile(`${host.folder}/now`, "1764370000\n");
  await chmod(date, 0o755);
  const ready = await readiness((before) => (before < 3 ? 503 : 200));
  await host.want(host.binaries.good, "0.11.0", ready, 300);
  const { said } = await host.swap();
  expect(outcome(said)).toBe("swapped");
  expect(Number(said.get("seconds"))).toBeLessThan(300);
});
