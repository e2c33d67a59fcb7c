import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { checksOf } from "../../../components/checks";
import { judgeStatus, statusChecks } from "../../../components/smoltbot/verification/check-status";
import { memoryPlatform } from "../../steps/memory-platform";

const { platform } = memoryPlatform();

/** Runs a script in the place of the CLI, as the step does. */
async function statusOf(script: string) {
  const folder = await mkdtemp(join(tmpdir(), "status-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = join(folder, "smoltbot");
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { checks } = statusChecks(program) as {
    readonly checks: { kind: string; options: object };
  };
  const run = await checksOf(checks.kind);
  const env = { PATH: process.env["PATH"], HOME: folder, SUPABASE_KEY: "secret" };
  return run(platform, { ...checks.options }, { env, say: () => undefined });
}

describe("smoltbot status", () => {
  test.each([
    ["ALL SYSTEMS GO", "ALL SYSTEMS GO"],
    ["OK (with warnings)", "OK (with warnings)"],
  ])("that says %s is told and stops nothing (S-20)", (line, words) => {
    expect(judgeStatus({ code: 0, output: `Gateway ok\n${line}\n` })).toEqual({
      faults: [],
      said: [`smoltbot status, which asks the vendor's cloud: ${words}`],
    });
  });

  test("that says ISSUES DETECTED speaks against the release, although it ends with 0 (S-20, T-15)", async () => {
    expect((await statusOf('test "$1" = status && echo "ISSUES DETECTED"')).faults).toEqual([
      "smoltbot status says ISSUES DETECTED",
    ]);
  });

  test("that says none of its words, or ends otherwise, is no good news (S-20, T-15)", async () => {
    const none = "and says none of the words that are known";
    expect((await statusOf("echo no config >&2; exit 1")).faults).toEqual([
      `smoltbot status ends with exit code 1 ${none}: no config`,
    ]);
    expect((await statusOf("true")).faults).toEqual([
      `smoltbot status ends with exit code 0 ${none}: nothing`,
    ]);
    expect(judgeStatus({ code: 1, output: "ALL SYSTEMS GO" }).faults).toHaveLength(1);
  });

  test("that cannot be started is told as that", async () => {
    const run = await checksOf("smoltbot");
    const { faults } = await run(
      platform,
      { program: "/nowhere/smoltbot" },
      { env: {}, say: () => undefined },
    );
    expect(faults).toEqual([
      "smoltbot status cannot be run: there is no program /nowhere/smoltbot",
    ]);
  });

  test("is given no secret of the step, and is not run if the stack file names no program (law 6)", async () => {
    const { said } = await statusOf('[ -z "$SUPABASE_KEY" ] && echo "ALL SYSTEMS GO"');
    expect(said).toHaveLength(1);
    expect(statusChecks(undefined)).toEqual({});
  });
});
