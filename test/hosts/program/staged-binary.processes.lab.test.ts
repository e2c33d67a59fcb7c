import { execFile } from "node:child_process";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { outcome } from "./run-program";
import { stagedHost, sumOf, UNIT, type StagedHost } from "./staged-host";

const execute = promisify(execFile);

let host: StagedHost;

beforeEach(async () => {
  host = await stagedHost();
});
afterEach(() => host.remove());

/** Puts a program before all others of its name on the host. */
async function standIn(name: string, script: string): Promise<void> {
  const path = join(host.folder, "path", name);
  await rm(path, { force: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe("the binary that was kept, staged on the way back (B-36)", () => {
  const stageKept = async () => {
    const { old } = host.binaries;
    const { said } = await host.run(["stage", UNIT, sumOf(old)], { input: Buffer.alloc(0) });
    expect([outcome(said), said.get("reason")]).toEqual(["staged", "from the one that was kept"]);
    const fresh = `${host.binary}.gateways-new`;
    expect(sumOf(await readFile(fresh))).toBe(sumOf(old));
    const [kept, staged] = await Promise.all(
      [`${host.binary}.gateways-old`, fresh].map((path) => stat(path)),
    );
    return kept?.ino === staged?.ino;
  };

  test("gets a second name, which needs no room, and none comes back with it", async () => {
    await host.want(host.binaries.good);
    await host.swap();
    expect(await stageKept()).toBe(true);
    expect((await host.run(["look", UNIT])).said.get("stagedKiB")).toBe("0");
    await writeFile(
      `${host.folder}/state/${UNIT}/wanted`,
      `${sumOf(host.binaries.old)} 0.10.0 - 5\n`,
    );
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(sumOf(await readFile(`${host.binary}.gateways-old`))).toBe(sumOf(host.binaries.good));
  });

  test("is copied where it can have none", async () => {
    await host.want(host.binaries.good);
    await host.swap();
    await standIn("ln", "exit 1");
    expect(await stageKept()).toBe(false);
  });
});

describe("what a binary has beside its content", () => {
  const LABEL = "system_u:object_r:bin_t:s0";
  const capabilities = async (path: string) => (await execute("getcap", [path])).stdout;
  const given = async (path: string) => ({
    label: (await execute("stat", ["-c", "%C", path])).stdout.trim(),
    mayListen: (await capabilities(path)).includes("cap_net_bind_service"),
  });
  const BOTH = { label: LABEL, mayListen: true };
  const give = async () => {
    await execute("chcon", [LABEL, host.binary]);
    await execute("setcap", ["cap_net_bind_service+ep", host.binary]);
  };

  test("is what the new one gets, also one that lay there already, and what the old one still has when it is put back", async () => {
    const { good, bad, old } = host.binaries;
    await host.want(good);
    await give();
    await host.want(good);
    expect(await given(`${host.binary}.gateways-new`)).toEqual(BOTH);
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(await given(host.binary)).toEqual(BOTH);
    await host.want(bad, "0.11.1");
    expect(outcome((await host.swap()).said)).toBe("swapped-back");
    expect(await given(host.binary)).toEqual(BOTH);
    await host.want(old, "0.10.0");
    expect(outcome((await host.swap()).said)).toBe("swapped");
    expect(await given(host.binary)).toEqual(BOTH);
  });

  test("is what a copy has of an agent whose file lost its name", async () => {
    await give();
    await rm(host.binary);
    await writeFile(host.binary, host.binaries.good, { mode: 0o755 });
    await host.want(host.binaries.bad, "0.11.1");
    expect(outcome((await host.swap()).said)).toBe("swapped-back");
    expect(await host.running()).toBe(sumOf(host.binaries.old));
    expect(await given(host.binary)).toEqual(BOTH);
  });

  /** Has the agent run as nobody, with what its file gives. */
  const asNobody = async () => {
    for (const folder of ["", "usr", "usr/bin"]) await chmod(join(host.folder, folder), 0o755);
    await give();
    await writeFile(join(host.folder, "unit/as"), "65534\n");
    await host.restart();
    while ((await host.running()) !== sumOf(host.binaries.old));
  };

  test("and cannot be read where there is no getcap is told by a look, and refused before the agent is stopped", async () => {
    const NO_GETCAP = "the agent has capabilities of its file, and there is no getcap to read them";
    await asNobody();
    expect((await host.run(["look", UNIT])).said.get("cannotGive")).toBe("");
    await standIn("getcap", "exit 127");
    expect((await host.run(["look", UNIT])).said.get("cannotGive")).toBe(NO_GETCAP);
    const { good } = host.binaries;
    const { said } = await host.run(["stage", UNIT, sumOf(good)], { input: good });
    expect([outcome(said), said.get("reason")]).toEqual(["refused", NO_GETCAP]);
    await expect(stat(`${host.binary}.gateways-new`)).rejects.toThrow("ENOENT");
  });

  test("is of no concern where there is no getcap and the agent has nothing of its file", async () => {
    await standIn("getcap", "exit 127");
    expect((await host.run(["look", UNIT])).said.get("cannotGive")).toBe("");
    await host.want(host.binaries.good);
    expect(outcome((await host.swap()).said)).toBe("swapped");
  });

  test.each([
    ["setcap", /\.gateways-part\.\d+ does not take the capabilities cap_net_bind_service.* of /],
    ["chcon", /\.gateways-part\.\d+ does not take the label system_u:object_r:bin_t:s0 of /],
  ])("and that %s cannot give refuses the new one, with the words", async (tool, reason) => {
    await give();
    await standIn(tool, "exit 1");
    const { good } = host.binaries;
    const { said } = await host.run(["stage", UNIT, sumOf(good)], {
      input: good,
      // SELinux is on where this file is.
      env: { GATEWAYS_SELINUX: host.binary },
    });
    expect(outcome(said)).toBe("refused");
    expect(said.get("reason")).toMatch(reason);
    await expect(stat(`${host.binary}.gateways-new`)).rejects.toThrow("ENOENT");
  });
});
