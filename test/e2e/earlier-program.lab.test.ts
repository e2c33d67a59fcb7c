import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkProgram } from "../lab/project";
import { makeStage, type Stage } from "./stage";

const ROOT = dirname(dirname(import.meta.dirname));
/** Whose installs have to go on; `EARLIER_REF` names another commit. */
const REF = process.env["EARLIER_REF"] ?? "70ea45e6c4d9246090efed38d7ce5ff812aa2264";
const NEEDED = ["index.ts", "components", "package.json", "tsconfig.json", "Pulumi.yaml"];

const git = (...args: readonly string[]) =>
  execa("git", args, { cwd: ROOT, encoding: "buffer", reject: false });

/** False in a clone without that part of the history. */
const isHere = (await git("cat-file", "-e", `${REF}^{commit}`)).exitCode === 0;
if (!isHere) process.stderr.write(`no test of installs by ${REF}: this clone does not have it\n`);

async function checkOut(ref: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await git("archive", ref, ...NEEDED);
  await execa("tar", ["-x", "-C", folder], { input: stdout });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

describe.runIf(isHere)("a gateway that an earlier program has installed", () => {
  let stage: Stage;
  const pods = async () =>
    (await stage.eyes("prod").pods())
      .map(({ name }) => name)
      .toSorted((a, b) => a.localeCompare(b));

  beforeAll(async () => {
    stage = await makeStage("earlier");
    const { directory } = stage.project;
    const earlier = join(directory, "earlier");
    await checkOut(REF, earlier);
    await linkProgram(stage.lab, earlier, directory);
    await stage.project.setVersion("prod", "1.0.0");
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    await linkProgram(stage.lab, ROOT, directory);
  });
  afterAll(() => stage.clear());

  test("is known to this one: nothing is replaced or deleted, and nothing but inputs of steps is updated", async () => {
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    const changes = preview.steps.filter(({ op }) => op !== "same" && op !== "read");
    expect(changes.filter(({ op }) => op !== "update")).toEqual([]);
    expect(changes.filter(({ type }) => type !== "command:local:Command")).toEqual([]);
  });

  test("is taken over without a restart of a pod, and nothing is left to change", async () => {
    const before = await pods();
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    expect(await pods()).toEqual(before);
    const preview = await stage.project.preview("prod");
    expect(preview.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });
});
