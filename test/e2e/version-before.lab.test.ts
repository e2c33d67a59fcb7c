import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkProgram } from "../lab/project";
import { makeStage, type Stage } from "./stage";

/** The version that has installed the stack: any git ref. @defaultValue the last one before files moved and products and targets had contracts */
const BEFORE = process.env["VERSION_BEFORE"] ?? "70ea45e";

const CHECKOUT = dirname(dirname(import.meta.dirname));
const isKnown = async () => {
  const found = await execa("git", ["cat-file", "-e", `${BEFORE}^{commit}`], {
    cwd: CHECKOUT,
    reject: false,
  });
  return found.exitCode === 0;
};

/** A folder with the program of that version, and the packages of this one. */
async function unpack(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const archive = join(directory, "program.tar");
  const parts = ["Pulumi.yaml", "index.ts", "components", "package.json", "tsconfig.json"];
  await execa("git", ["archive", "-o", archive, BEFORE, ...parts], { cwd: CHECKOUT });
  await execa("tar", ["-xf", archive], { cwd: directory });
  await symlink(join(CHECKOUT, "node_modules"), join(directory, "node_modules"));
  return directory;
}

describe.skipIf(!(await isKnown()))("a stack that the version before has installed", () => {
  let stage: Stage;
  const runFrom = (checkout: string) => linkProgram(stage.lab, checkout, stage.project.directory);

  beforeAll(async () => {
    stage = await makeStage("version-before");
    await runFrom(await unpack(join(stage.project.directory, ".before")));
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
    await runFrom(CHECKOUT);
  });
  afterAll(() => stage.clear());

  test("shows no replacement with this one, nor a resource that comes or goes, and is verified no second time", async () => {
    const { verifiedAt } = (await stage.project.outputs("prod"))["smoltbotEvidence"] as {
      readonly verifiedAt: string;
    };
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    const changed = preview.steps.filter(({ op }) => op !== "same" && op !== "read");
    // A step may be told more than before; nothing runs for that.
    expect(changed.filter(({ op }) => op !== "update")).toEqual([]);
    expect(changed.filter(({ type }) => type !== "command:local:Command")).toEqual([]);
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
    expect((await stage.project.outputs("prod"))["smoltbotEvidence"]).toMatchObject({ verifiedAt });
  });
});
