import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inMoments } from "../lab/engine/in-moments";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.2.0";
const NEW = "2.0.0";
const CONTENT = "SELECT count(*), md5(string_agg(a.name, ',' ORDER BY a.name)) FROM agents a";
const HEAD = "SELECT max(filename) FROM _schema_migrations";
const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** What an operator in a hurry does beside the path, each test on what the one before it left. */
describe("a gateway of which more is asked than an upgrade", () => {
  let stage: Stage;
  let backups: string;
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const everything = () =>
    stage.eyes("prod").versions(["Deployment", "Secret", "ConfigMap", "PodDisruptionBudget"]);
  const serving = async () =>
    (await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" }))
      .filter(({ ready }) => ready)
      .flatMap(({ images }) => images);
  const verifiedAt = async () =>
    (await stage.project.outputs("prod"))["smoltbotEvidence"] as {
      readonly version: string;
      readonly verifiedAt: string;
    };
  /** Refused by preview and up alike, with nothing touched. */
  const refused = async (sign: RegExp) => {
    const before = await everything();
    const runs = [await stage.project.preview("prod"), await stage.project.up("prod")];
    for (const run of runs) {
      expect(run.exitCode, run.all).not.toBe(0);
      expect(run.all).toMatch(sign);
    }
    expect(await everything()).toEqual(before);
    return runs;
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    backups = join(stage.project.directory, "backups");
    await configure({ backup: { directory: backups } });
    await stage.seed("prod", 200);
  });
  afterAll(() => stage.clear());

  test("is asked back within its major with a consent to restore left in the file, it refuses and keeps every row (S-44, S-48)", async () => {
    const before = await stage.sql("prod", CONTENT);
    const dump = "smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst";
    await configure({ consents: { restore: { release: "1.1.0", dump, reason: "left over" } } });
    await stage.project.setVersion("prod", "1.1.0");
    await refused(/BLOCK restore .*and a plan that restores nothing: no restore/);
    expect(await stage.sql("prod", CONTENT)).toBe(before);
    await configure({ consents: { restore: null } });
    await stage.project.setVersion("prod", OLD);
  });

  test("is asked for a single pod at an unchanged version, it refuses as at a changed one (S-28, S-29)", async () => {
    await configure({ availability: { replicas: 1 } });
    await refused(/BLOCK (replicas|disruption-budget) /);
    expect(await serving()).toHaveLength(2);
    await configure({ availability: { replicas: 2 } });
    expect((await stage.project.preview("prod")).exitCode).toBe(0);
  });

  test("was migrated by a newer major whose run was killed, and goes back from a machine without the dumps, it refuses to guess (S-35, T-12)", async () => {
    await stage.project.setSecret("prod", "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    const reason = "planned for tonight";
    await configure({ notesRead: NEW, consents: { major: { release: NEW, reason } } });
    await stage.project.setVersion("prod", NEW);
    const run = await stage.project.startUp("prod");
    await run.said(/starting Job/);
    const migrated = async () => (await stage.sql("prod", HEAD)).startsWith("010");
    // The engine must not come to the rollout before it is killed.
    await inMoments("the migration is applied", run.pid, migrated, 300);
    await run.killTree();
    await run.finished;
    await stage.project.cancel("prod");
    expect(await stage.sql("prod", HEAD)).toMatch(/^010/);
    const away = join(stage.project.directory, "on-another-machine");
    await rename(backups, away);
    await mkdir(backups);
    await configure({ consents: { major: null } });
    await stage.project.setVersion("prod", OLD);

    const job = /BLOCK schema-origin .*a migration Job of 2\.0\.0 is in the cluster/;
    for (const { all } of await refused(job)) expect(all).not.toMatch(/nothing to undo/);
    const jobs = ["delete", "jobs", "--all", "--namespace", stage.namespace("prod")];
    await execa("kubectl", jobs, { env: stage.lab.env });
    await refused(/BLOCK schema-origin .*nothing here says what changed it/);
    for (const name of await readdir(away)) await rename(join(away, name), join(backups, name));
  });

  test("goes back with the dumps and a consent, it serves again and is verified, though no Deployment was declared anew (S-15, S-39, S-44)", async () => {
    const { verifiedAt: last } = await verifiedAt();
    const refusal = await stage.project.preview("prod");
    expect(refusal.exitCode).not.toBe(0);
    const dump = (await readdir(backups)).find(
      (name) => name.includes(`before-${NEW}`) && !name.endsWith(".json"),
    );
    expect(refusal.all).toContain(`dump: "${dump ?? ""}"`);
    const reason = "2.0.0 was cut off";
    await configure({ consents: { restore: { release: OLD, dump, reason } } });

    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    expect(await serving()).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${OLD}`));
    expect(await stage.sql("prod", HEAD)).toMatch(/^007/);
    const evidence = await verifiedAt();
    expect(evidence.version).toBe(OLD);
    expect(Date.parse(evidence.verifiedAt)).toBeGreaterThan(Date.parse(last));
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });

  test("loses its consent after that, nothing runs but the end of the step that restored", async () => {
    await configure({ consents: { restore: null } });
    const preview = await stage.project.preview("prod");
    const changed = new Set(changes(preview).map(({ urn }) => urn.split("::").at(-1)));
    expect([...changed]).toEqual(["smoltbot-restore"]);
    const { verifiedAt: last } = await verifiedAt();
    const { exitCode, all } = await stage.project.up("prod");
    expect(exitCode, all).toBe(0);
    expect((await verifiedAt()).verifiedAt).toBe(last);
    expect(changes(await stage.project.preview("prod"))).toEqual([]);
  });
});
