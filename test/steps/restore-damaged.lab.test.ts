import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../matrix/matrix";
import { run } from "./backup-world";
import damagedDumps from "./damaged-dumps.matrix";
import { damages } from "./damages";
import { restoreWorld } from "./restore-world";

const world = restoreWorld();
const { dump, path, restore, state } = world;
const root = dirname(dirname(import.meta.dirname));

const tools = damages(world);

describe("a dump that is damaged or not the right one is not restored, and nothing is touched (S-44, T-12, T-13)", () => {
  test.each(rowsOf(damagedDumps))("%s", async (_, [words, damage]) => {
    await damage(tools);
    const before = await state();
    await expect(restore()).rejects.toThrow(words);
    expect(await state()).toEqual(before);
  });

  test("not readable for whom the restore runs as", async () => {
    await chmod(path(), 0o000);
    const before = await state();
    const step = ["node", "components/start/step.mjs", "restore"];
    // Root reads everything, unless it lacks the capabilities for it.
    const bound = [
      "--bounding-set",
      "-dac_override,-dac_read_search",
      "--inh-caps",
      "-dac_override,-dac_read_search",
    ];
    const command = process.getuid?.() === 0 ? ["setpriv", ...bound, ...step] : step;
    const failure: unknown = await run(command[0]!, command.slice(1), {
      cwd: root,
      env: { ...world.environment("shop"), GATEWAYS_STEP: JSON.stringify(world.restoreInput()) },
    }).catch((error: unknown) => error);
    expect(String((failure as { stderr?: string }).stderr)).toMatch(/EACCES|permission denied/);
    expect(await state()).toEqual(before);
  });

  test("named by a path instead of its name", () => {
    expect(() => world.restoreInput({ dump: `../dumps/${dump()}` })).toThrow("Invalid string");
  });
});
