import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBucket, type LabBucket } from "../lab/bucket";
import type { Project } from "../lab/project";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.2.0";
const NEW = "2.0.0";
const CONTENT = "SELECT count(*), md5(string_agg(a.name, ',' ORDER BY a.name)) FROM agents a";
const HEAD = "SELECT max(filename) FROM _schema_migrations";
const CONSENTED = {
  notesRead: NEW,
  consents: { major: { release: NEW, reason: "planned for tonight" } },
};
const CREDENTIALS = "gateways:smoltbotBackupCredentials";

/** Over a major and back, on a machine that never has a dump of its own; each test goes on where the one before it ended. */
describe("a gateway whose dumps lie encrypted in a bucket", () => {
  let stage: Stage;
  let bucket: LabBucket;
  let before: string;
  let key: string;
  let dump = "";
  let said = "";
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const useBucket = async (project: Project) => {
    const directory = join(project.directory, "never-made");
    const backup = { store: bucket.place, encrypt: true, directory };
    await project.configure("prod", { "gateways:smoltbot": { backup } });
    const { accessKeyId, secretAccessKey } = bucket.credentials;
    await project.setSecret("prod", `${CREDENTIALS}.accessKeyId`, accessKeyId);
    await project.setSecret("prod", `${CREDENTIALS}.secretAccessKey`, secretAccessKey);
    await project.setSecret("prod", "gateways:smoltbotBackupKey", key);
  };
  const up = async () => {
    const run = await stage.project.up("prod");
    said += run.all;
    expect(run.exitCode, run.all).toBe(0);
    return run;
  };
  const preview = async (project = stage.project) => {
    const run = await project.preview("prod", { args: ["--diff"] });
    said += run.all;
    return run;
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    bucket = await makeBucket(stage.lab.buckets, `e2e-${process.pid}-${Date.now()}`);
    key = await generateX25519Identity();
    await useBucket(stage.project);
    await stage.seed("prod", 200);
    before = await stage.sql("prod", CONTENT);
  });
  afterAll(async () => {
    await bucket.remove();
    await stage.clear();
  });

  test("is not upgraded while the bucket does not answer: a warning in preview, a refusal in up (S-02, law 3)", async () => {
    await configure({
      ...CONSENTED,
      version: NEW,
      backup: { store: { endpoint: "http://127.0.0.1:9" } },
    });
    const versions = await stage.eyes("prod").versions();
    expect((await preview()).all).toMatch(/UNKNOWN backup-store .*ECONNREFUSED/);
    const run = await stage.project.up("prod");
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/backup-store .*ECONNREFUSED/);
    expect(await stage.eyes("prod").versions()).toEqual(versions);
    await configure({ version: OLD, backup: { store: { endpoint: bucket.place.endpoint } } });
  });

  test("is upgraded across a major after a proven backup, which lies in the bucket and nowhere else (S-02, S-47)", async () => {
    await stage.project.setSecret("prod", "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    await stage.project.setVersion("prod", NEW);
    expect((await up()).all).toMatch(/proven: \d+ rows/);
    expect(await stage.sql("prod", HEAD)).toMatch(/^010/);
    const keys = await bucket.keys();
    dump = basename(keys.find((key) => key.includes(`before-${NEW}`)) ?? "");
    expect(dump).toMatch(/\.age$/);
    expect(keys).toEqual([`gateways/prod/${dump}`, `gateways/prod/${dump}.manifest.json`]);
    expect((await stage.project.outputs("prod"))["smoltbotBackup"]).toMatchObject({ dump });
    expect(await readdir(stage.project.directory)).not.toContain("never-made");
  });

  test("is seen with that dump by another checkout, which has nothing but the stack file (law 7)", async () => {
    await stage.sql(
      "prod",
      "INSERT INTO agents (agent_hash, name) SELECT md5('late ' || i), 'late ' || i FROM generate_series(1, 7) i",
    );
    const other = await stage.secondCheckout();
    await useBucket(other);
    await other.setVersion("prod", OLD);
    const run = await preview(other);
    expect(run.all).toContain(`dump: "${dump}"`);
    expect(run.all).toContain("7 rows written since then would be lost (public.agents 7)");
  });

  test("is refused the way back without the key of that dump, before anything is touched (law 4)", async () => {
    const other = await generateX25519Identity();
    await stage.project.setSecret("prod", "gateways:smoltbotBackupKey", other);
    await stage.project.setVersion("prod", OLD);
    const run = await preview();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK restore .*is encrypted for age1.*, and no key here opens it/);
    await stage.project.setSecret("prod", "gateways:smoltbotBackupKey", `${other}\n${key}`);
  });

  test("goes back with the dump from the bucket, the database as it was (S-35, S-44)", async () => {
    const reason = "2.0.0 is too slow";
    await configure({ consents: { major: null, restore: { release: OLD, dump, reason } } });
    await up();
    expect(await stage.sql("prod", CONTENT)).toBe(before);
    expect(await stage.sql("prod", HEAD)).toMatch(/^007/);
    expect((await bucket.keys()).filter((key) => key.includes(".partial-"))).toEqual([]);
    expect(await bucket.uploads()).toEqual([]);
  });

  test("has shown neither secret anywhere: not in what it said, not in the state, not in a manifest (law 6)", async () => {
    const { stdout: state } = await stage.project.pulumi(["stack", "export", "--stack", "prod"]);
    const manifest = await bucket.read(`gateways/prod/${dump}.manifest.json`);
    const stackFile = await readFile(stage.project.stackFile("prod"), "utf8");
    for (const text of [said, state, manifest.toString(), stackFile])
      for (const secret of [bucket.credentials.secretAccessKey, key])
        expect(text).not.toContain(secret);
  });
});
