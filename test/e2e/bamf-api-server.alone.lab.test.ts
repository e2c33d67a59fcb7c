import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killAll } from "../lab/engine/process-tree";
import { crashApiServer, labUp } from "../lab/lab";
import { identify } from "../lab/process-identity";
import { makeKilledRoll, type KilledRoll } from "./killed-rolls";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const quiet = (): void => undefined;

/** Kills (SIGKILL) the process of a bridge, as a lack of memory would. */
async function killBridge(namespace: string, pod: string): Promise<void> {
  const marks = [`BAMF_BRIDGE_ID=${pod}\0`, `tunnel.${namespace}.lab.example\0`];
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    numbers.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
      const [environment, words] = await Promise.all([read("environ"), read("cmdline")]);
      const isBridge = words.startsWith("/usr/local/bin/bamf\0bridge\0");
      return isBridge && marks.every((mark) => environment.includes(mark)) ? [Number(pid)] : [];
    }),
  );
  const victims = await Promise.all(found.flat().map(identify));
  expect(victims).toHaveLength(1);
  await killAll(victims.filter((one) => one !== undefined));
}

describe("a roll of bridges on the way back", () => {
  let on: KilledRoll;
  beforeAll(async () => {
    on = await makeKilledRoll("bamf-api-server", NEW);
  });
  afterAll(async () => {
    // Whatever came in between: everybody else needs the API server as well.
    await labUp(quiet);
    await on.stage.clear();
  });

  test("goes on by itself when the API server of the cluster is killed at one bridge's turn, and the next bridge in the middle of its drain: no tunnel is cut (B-25)", async () => {
    await on.want(OLD);
    const run = await on.upTo(2);
    await crashApiServer(3, quiet);
    await run.said(/bamf-bridge-1: \d+ tunnels open/);
    await killBridge(on.stage.namespace("prod"), "bamf-bridge-1");
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).toBe(0);
    await on.bridgesAt(OLD);
    await on.noneIsCut();
  });
});
