import { readdir, readFile } from "node:fs/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { lossesOf } from "../lab/bamf/report";
import type { Users } from "../lab/bamf/users";
import { PARTS_OF_A_RUN } from "../lab/engine/parts-of-a-run";
import { killAll } from "../lab/engine/process-tree";
import type { PulumiRun, RunningPulumi } from "../lab/engine/pulumi-cli";
import { crashApiServer, labUp } from "../lab/lab";
import { startLoad } from "../lab/load";
import { identify } from "../lab/process-identity";
import { makeBamfStage, type BamfStage } from "./bamf-stage";

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const HELD = 9;
const quiet = (): void => undefined;
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

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

/**
 * Two ways of a BAMF with three bridges, up and back, with tunnels open on them and new ones opened all the while. Something is killed at each bridge's turn. What
 * it does not prove: kills in the chapters that BAMF has from the program itself, which have files of their own.
 */
describe("a roll of bridges in which something is killed", () => {
  let stage: BamfStage;
  let users: Users;
  const want = async (tag: string) => {
    await stage.agree("prod", tag);
    await stage.want("prod", tag);
  };
  /** Starts the wanted `up`, and returns once that bridge is told to stop. */
  const upTo = async (bridge: number): Promise<RunningPulumi> => {
    const run = await stage.project.startUp("prod");
    await run.said(new RegExp(`bamf-bridge-${bridge} is replaced`), 240);
    return run;
  };
  const bridgesAt = async (tag: string) => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "bridge" });
    expect(pods.map(({ ready, images }) => [ready, ...images])).toEqual(
      Array(3).fill([true, `ghcr.io/mattrobinsonsre/bamf-bridge:${tag}`]),
    );
    expect(await stage.project.outputs("prod")).toMatchObject({
      bamfEvidence: { version: tag.slice(1) },
    });
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  };
  const noneIsCut = async () => {
    const report = await users.report();
    const lost = report.tunnels.filter(({ state }) => ["cut", "frozen"].includes(state));
    expect(lossesOf(report), JSON.stringify(lost)).toMatchObject({ cut: 0, frozen: 0 });
    expect(report.held.kept).toBe(HELD);
  };

  beforeAll(async () => {
    const sessions = { limitMinutes: 0 };
    stage = await makeBamfStage("bamf-killed", OLD, { bridges: 3, bamf: { sessions } });
    // Long enough for every node to hear that a web pod leaves.
    const values = { core: { web: { preStopSleepSeconds: 5 } } };
    await stage.project.configure("prod", { "gateways:bamf": { values } });
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
    await stage.joinForeignAgent("prod", OLD);
    users = await stage.users("prod", { hold: HELD, openEveryMs: 1000 });
  });
  afterAll(async () => {
    // Whatever came in between: everybody else needs the API server as well.
    await labUp(quiet);
    await stage.clear();
  });

  test("is finished by the same up, whether the CLI was killed with all that it had started, a plugin, or the CLI alone: no tunnel is cut, and web pages miss no request (B-11, T-39, T-41)", async () => {
    type Service = KubernetesObject & { readonly spec?: { readonly clusterIP?: string } };
    const web = await stage.eyes("prod").object<Service>("Service", "bamf-web");
    const load = startLoad(stage.lab, `http://${web?.spec?.clusterIP ?? ""}:3000/`, 20);
    await want(NEW);

    const whole = await upTo(2);
    await whole.killTree();
    await whole.finished;
    await stage.project.cancel("prod");

    const part = await upTo(1);
    const steps = await part.killPart(PARTS_OF_A_RUN["the plugin command"]);
    onTestFinished(() => killAll(steps));
    const failed = await part.finished;
    expect(failed.exitCode, failed.all).not.toBe(0);

    const cli = await upTo(0);
    const orphans = await cli.killCli();
    onTestFinished(() => killAll(orphans));
    await cli.finished;
    await stage.project.cancel("prod");

    const finished = await stage.project.up("prod");
    expect(finished.exitCode, finished.all).toBe(0);
    await bridgesAt(NEW);
    await noneIsCut();
    expect((await load.stop()).byError).toEqual({});
  });

  test("goes on by itself when the API server of the cluster is killed at one bridge's turn, and the next bridge in the middle of its drain: no tunnel is cut (B-25)", async () => {
    await want(OLD);
    const run = await upTo(2);
    await crashApiServer(3, quiet);
    await run.said(/bamf-bridge-1: \d+ tunnels open/, 180);
    await killBridge(stage.namespace("prod"), "bamf-bridge-1");
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).toBe(0);
    await bridgesAt(OLD);
    await noneIsCut();
  });
});
