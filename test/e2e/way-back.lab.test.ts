import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { until } from "../lab/until";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.0.0";
const NEW = "1.1.0";
const HEAD = "004_nudges.sql";
/** Nothing listens there. */
const NOWHERE = "postgresql://nobody:pa55word@127.0.0.1:9/x";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** Each test on what the one before it left. */
describe("a gateway that goes back within its major", () => {
  let stage: Stage;
  let backups: string;
  const dumpsBefore = async (release: string) =>
    (await readdir(backups)).filter((name) => name.endsWith(`before-${release}.dump.zst`));
  const upgrade = async () => {
    await stage.project.setVersion("prod", NEW);
    const run = await stage.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
  };
  const isBack = async () => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
    return (
      pods.length === 2 &&
      pods.every(({ ready, images }) => ready && images.every((image) => image.endsWith(OLD)))
    );
  };
  /** Runs the way back, and says when all pods of the older release were ready. */
  const goBack = async (how: string) => {
    const began = Date.now();
    const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
    await stage.project.setVersion("prod", OLD);
    const running = stage.project.up("prod");
    const ready = until("all pods of the older release are ready", isBack, { seconds: 600 }).then(
      seconds,
    );
    const run = await running;
    expect(run.exitCode, run.all).toBe(0);
    process.stderr.write(
      `back on ${how}: all pods of ${OLD} ready after ${await ready} s, verified after ${seconds()} s\n`,
    );
    return run;
  };
  const evidence = async () => (await stage.project.outputs("prod"))["smoltbotEvidence"];

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    backups = join(stage.project.directory, "backups");
    await stage.project.configure("prod", {
      "gateways:smoltbot": { backup: { directory: backups } },
    });
    await stage.seed("prod", 2000);
    await upgrade();
  });
  afterAll(() => stage.clear());

  test("is back without a dump, with no change left, and the next upgrade takes its own dump (S-02, S-48)", async () => {
    const { all } = await goBack("a healthy database");
    expect(all).toMatch(/It waits for no dump and needs nothing from the database/);
    expect(await dumpsBefore(OLD)).toEqual([]);
    expect(await evidence()).toMatchObject({
      version: OLD,
      schemaHead: HEAD,
      cameBack: { from: NEW },
    });
    const preview = await stage.project.preview("prod");
    expect(changes(preview)).toEqual([]);
    await upgrade();
    expect(await dumpsBefore(NEW)).toHaveLength(2);
  });

  test("is back where this machine reaches the database no more, though a dump was wanted (S-48)", async () => {
    const smoltbot = { backup: { onTheWayBack: true } };
    await stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
    await stage.project.setSecret("prod", "gateways:smoltbotDatabaseUrl", NOWHERE);

    const { all } = await goBack("a database that does not answer");
    expect(all).toMatch(/WARN database .*refused.*nothing for this way back/i);
    expect(all).toMatch(/no dump of the newer state could be taken/);
    expect(all).toMatch(/the schema could not be read/);
    expect(await evidence()).toMatchObject({
      version: OLD,
      schemaHead: HEAD,
      schemaSeenAt: expect.any(String) as string,
    });
    const preview = await stage.project.preview("prod");
    expect(preview.exitCode, preview.all).toBe(0);
    expect(changes(preview)).toEqual([]);
  });

  test("is stopped in any other plan where the database does not answer (S-02)", async () => {
    await stage.project.setVersion("prod", NEW);
    const run = await stage.project.up("prod");
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/UNKNOWN database .*nothing was touched/s);
  });
});
