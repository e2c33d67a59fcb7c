import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killAll } from "../lab/engine/process-tree";
import type { ProcessIdentity } from "../lab/process-identity";
import { rowsOf } from "../matrix/matrix";
import killedRestores from "./killed-restores.matrix";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.2.0";
const NEW = "2.0.0";
const CONTENT = "SELECT count(*), md5(string_agg(a.name, ',' ORDER BY a.name)) FROM agents a";
const APPLIED = "SELECT count(*), count(DISTINCT filename), max(filename) FROM _schema_migrations";

/**
 * A way back across a major whose restore is killed again and again; each up goes on where the one before it was killed. A killed plugin of the cluster lets
 * the restore itself end, and the up fails after it: the gateway is stopped then, and the next up starts it. What it does not prove: the kills of
 * the other chapters, which have a file of their own.
 */
describe("a way back across a major", () => {
  let stage: Stage;
  let before: string;
  const orphans: ProcessIdentity[] = [];
  const succeeds = async () => {
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
  };
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const reason = "planned for tonight";
  const askForTheUpgrade = async () => {
    await configure({ consents: { major: { release: NEW, reason } } });
    await stage.project.setVersion("prod", NEW);
  };
  /** Asks for the way back over the newest dump of the upgrade. */
  const askForTheWayBack = async () => {
    const dumps = (await readdir(join(stage.project.directory, "backups"))).filter(
      (name) => name.includes(`before-${NEW}`) && !name.endsWith(".json"),
    );
    const dump = dumps.toSorted().at(-1);
    await configure({ consents: { major: null, restore: { release: OLD, dump, reason } } });
    await stage.project.setVersion("prod", OLD);
  };
  const serving = async () => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
    return pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
  };
  const start = async (sign: RegExp) => {
    const run = await stage.project.startUp("prod");
    await run.said(sign);
    return run;
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    await configure({
      backup: { directory: join(stage.project.directory, "backups") },
      notesRead: NEW,
    });
    await stage.seed("prod", 200);
    before = await stage.sql("prod", CONTENT);
    await stage.project.setSecret("prod", "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    await askForTheUpgrade();
    await succeeds();
    await stage.sql("prod", "INSERT INTO agents (agent_hash, name) VALUES (md5('late'), 'late')");
    await askForTheWayBack();
  });
  afterAll(async () => {
    await killAll(orphans);
    await stage.clear();
  });

  test.each(rowsOf(killedRestores))(
    "fails when a part of it is killed while %s",
    async (_, { sign, victim }) => {
      const run = await start(sign);
      if (victim === "everything") await run.killTree();
      else orphans.push(...(await run.killPart(victim)));
      const { exitCode, all } = await run.finished;
      expect(exitCode, all).not.toBe(0);
      if (victim === "everything") await stage.project.cancel("prod");
    },
  );

  test("is finished by the same up: the data as they were, the newer ones kept once, and nothing left to change (S-39, S-44)", async () => {
    await succeeds();
    expect(await stage.sql("prod", CONTENT)).toBe(before);
    expect(await stage.sql("prod", APPLIED)).toBe("5|5|007_session_labels.sql");
    const name = stage.database("prod");
    const beside = await stage.sql(
      "prod",
      `SELECT datname FROM pg_database WHERE starts_with(datname, '${name}_')`,
    );
    expect(beside.split("\n")).toEqual([expect.stringContaining(`${name}_before`)]);
    expect(await serving()).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${OLD}`));
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: OLD },
    });
    const preview = await stage.project.preview("prod");
    expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
  });
});
