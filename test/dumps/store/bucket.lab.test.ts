import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { basename, dirname } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runBackup } from "../../../components/steps/backup";
import type { Saved } from "../../../components/dumps/save-database";
import { checkDump } from "../../../components/dumps/check-dump";
import { manifestSchema } from "../../../components/dumps/manifest";
import { machineName } from "../../../components/dumps/partial-file";
import { readManifest, listDumps } from "../../../components/dumps/list-dumps";
import { openStore } from "../../../components/dumps/store/open-store";
import { makeBucket, type LabBucket } from "../../lab/bucket";
import { connectLab } from "../../lab/lab";
import { backupWorld } from "../../steps/backup-world";

const root = dirname(dirname(dirname(import.meta.dirname)));
const owner = { gateway: "smoltbot", stack: "prod" };
const world = backupWorld();
let bucket: LabBucket;

beforeAll(async () => {
  // 40 MB that no program makes smaller: three parts of an upload.
  await world.server().sql("postgres", "CREATE DATABASE large;");
  await world
    .server()
    .sql(
      "large",
      `CREATE TABLE r AS SELECT sha512(i::text::bytea) || sha512((-i)::text::bytea) AS b FROM generate_series(1, 300000) i;`,
    );
});
beforeEach(async () => {
  bucket = await makeBucket((await connectLab()).buckets, `steps-${process.pid}-${Date.now()}`);
});
afterEach(() => bucket.remove());

const environment = (database = "odd") => ({
  ...world.environment(database),
  BACKUP_CREDENTIALS: JSON.stringify(bucket.credentials),
});
const input = (more: object = {}) => world.input({ store: bucket.place, ...more });
const io = (database?: string) => ({ ...world.io(), env: environment(database) });
const save = async (database?: string, more?: object) =>
  (await runBackup(input(more), io(database))) as Saved;
/** The store as another machine opens it: with the stack file alone. */
const store = () => openStore({ directory: "/nowhere", store: bucket.place }, environment());
const names = async () => (await bucket.keys()).map((key) => basename(key));

describe("a dump in a bucket", () => {
  test("is saved in one pass with its proof, read back and sealed; another machine finds it whole (S-02, law 4)", async () => {
    const saved = await save();
    const name = basename(saved.path);
    expect(saved.path).toBe(`s3://${bucket.place.bucket}/gateways/prod/${name}`);
    expect(await bucket.keys()).toEqual([
      `gateways/prod/${name}`,
      `gateways/prod/${name}.manifest.json`,
    ]);
    expect(await world.left()).toEqual([]);
    expect(await listDumps(await store(), owner)).toMatchObject([{ path: saved.path }]);
    const manifest = await checkDump(await store(), name, { env: environment() });
    expect(manifest).toMatchObject({ rows: 16370, sha256: saved.sha256 });
    expect(Buffer.from(manifest.storeChecksum ?? "", "base64").toString("hex")).toBe(saved.sha256);
  });

  test("of several parts has the checksum that the store adds up", async () => {
    const { path, bytes } = await save("large");
    expect(bytes).toBeGreaterThan(33e6);
    const { storeChecksum } = await checkDump(await store(), basename(path), {
      env: environment(),
    });
    expect(storeChecksum).toMatch(/=-3$/);
    expect(await bucket.uploads()).toEqual([]);
  });

  test("is encrypted where that is wanted, and no wrong or missing key gets as far as reading it", async () => {
    const BACKUP_KEY = await generateX25519Identity();
    const env = { ...environment(), BACKUP_KEY };
    const { path } = (await runBackup(input({ encrypt: true }), { ...io(), env })) as Saved;
    expect(path).toMatch(/\.dump\.zst\.age$/);
    const content = await bucket.read(`gateways/prod/${basename(path)}`);
    expect(content.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
    const check = async (key: NodeJS.ProcessEnv) =>
      checkDump(await store(), basename(path), { env: { ...environment(), ...key } });
    const { encryption, rows } = await check({ BACKUP_KEY });
    expect(rows).toBe(16370);
    expect(encryption?.recipient).toMatch(/^age1/);
    await expect(check({})).rejects.toThrow("and no key is given");
    const other = await generateX25519Identity();
    await expect(check({ BACKUP_KEY: other })).rejects.toThrow("and the key here is of age1");
    await expect(runBackup(input({ encrypt: true }), io())).rejects.toThrow("no key is given");
    expect(await names()).toHaveLength(2);
  });

  test("is refused once one bit of it has changed, or its manifest is gone (T-13)", async () => {
    const { path } = await save();
    const key = `gateways/prod/${basename(path)}`;
    const content = await bucket.read(key);
    content[content.length - 100]! ^= 1;
    await bucket.write(key, content);
    const check = async () => checkDump(await store(), basename(path), { env: environment() });
    await expect(check()).rejects.toThrow(/is damaged|is not the dump that was proven/);
    await bucket.erase(`${key}.manifest.json`);
    await expect(check()).rejects.toThrow("it was never proven");
    expect(await listDumps(await store(), owner)).toEqual([]);
  });

  test("goes when newer ones are kept, with its manifest (S-35)", async () => {
    const first = await save();
    const key = `gateways/prod/${basename(first.path)}.manifest.json`;
    const manifest = manifestSchema.parse(JSON.parse((await bucket.read(key)).toString()));
    const long = { release: "1.1.0", running: ["1.0.0"], takenAt: "2026-01-01T00:00:00.000Z" };
    await bucket.write(key, JSON.stringify({ ...manifest, ...long }));
    await save("odd", { keep: 1 });
    expect(await names()).not.toContain(basename(first.path));
    expect(await names()).toHaveLength(2);
  });

  test("stays when the run that sealed it died with its mark; what a dead run has not sealed goes (law 2)", async () => {
    const { path } = await save();
    const mark = (name: string) =>
      `gateways/prod/${name}.0a1b2c.partial-${machineName()}-999999999`;
    await bucket.write(mark(basename(path)), "");
    const unsealed = "smoltbot-prod-20260101t000000z-before-1.1.0.dump.zst";
    await bucket.write(`gateways/prod/${unsealed}`, "half");
    await bucket.write(mark(unsealed), "");
    const older = "smoltbot-prod-20250101t000000z-before-1.0.0.dump.zst";
    await bucket.write(`gateways/prod/${older}`, "of which nobody knows");
    await save();
    const left = await names();
    expect(left).toHaveLength(5);
    expect(left).toContain(older);
    expect(left).toContain(basename(path));
  });

  test("of two operators at once are two dumps", async () => {
    const [one, other] = await Promise.all([save(), save()]);
    expect(one.path).not.toBe(other.path);
    expect(await names()).toHaveLength(4);
    for (const { path } of [one, other])
      await checkDump(await store(), basename(path), { env: environment() });
  });
});

describe("a backup that goes wrong leaves no dump in the bucket", () => {
  test("where its restored copy differs (T-13)", async () => {
    await world.afterRestore("DELETE FROM events WHERE body IS NOT NULL");
    await expect(save()).rejects.toThrow("the restored dump is not equal to its source");
    expect(await bucket.keys()).toEqual([]);
  });

  test("where it is killed in the middle of an upload: nothing counts, and the next run removes the rest (law 2)", async () => {
    const gate = await halfway();
    const step = spawn("node", ["components/start/step.mjs", "backup"], {
      cwd: root,
      env: { ...environment("large"), GATEWAYS_STEP: JSON.stringify(input()) },
      stdio: "ignore",
    });
    await gate.reached();
    await vi.waitFor(async () => {
      expect(await bucket.uploads()).toHaveLength(1);
    }, 30_000);
    step.kill("SIGKILL");
    await gate.open();
    expect(await names()).toEqual([expect.stringContaining(".partial-")]);
    expect(await listDumps(await store(), owner)).toEqual([]);
    await world.real("pg_dump");
    await save();
    expect(await bucket.uploads()).toEqual([]);
    expect(await names()).toHaveLength(2);
  });

  /** A dump that stops after 60 MB of 77 until it is let on. */
  const halfway = () => world.gate(60 * 1024 ** 2);
});

describe("a bucket that cannot be used is told in words, and never taken for an empty one (law 7)", () => {
  const list = async (place: object, env = environment()) =>
    listDumps(
      await openStore({ directory: "/", store: { ...bucket.place, ...place } }, env),
      owner,
    );

  test("where there is none of that name", async () => {
    await expect(list({ bucket: "nobody-has-made-it" })).rejects.toThrow(
      /NoSuchBucket.*Fix: make the bucket/,
    );
    await expect(
      runBackup(input({ store: { ...bucket.place, bucket: "nobody-has-made-it" } }), io()),
    ).rejects.toThrow("NoSuchBucket");
  });

  test("where the credentials are wrong, which it does not repeat (law 6)", async () => {
    const wrong = { accessKeyId: bucket.credentials.accessKeyId, secretAccessKey: "wrong-secret" };
    const env = { ...environment(), BACKUP_CREDENTIALS: JSON.stringify(wrong) };
    const said = await list({}, env).then(String, String);
    expect(said).toMatch(/SignatureDoesNotMatch.*Fix: give credentials of the bucket/);
    expect(said).not.toContain("wrong-secret");
  });

  test("where nobody listens", async () => {
    await expect(list({ endpoint: "http://127.0.0.1:9" })).rejects.toThrow(
      /ECONNREFUSED.*Fix: make the store reachable/,
    );
  });

  test("where a manifest is asked of one that is silent: the look ends at its limit", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await vi.waitFor(() => {
      expect(silent.listening).toBe(true);
    });
    const { port } = silent.address() as AddressInfo;
    const quiet = await openStore(
      { directory: "/", store: { ...bucket.place, endpoint: `http://127.0.0.1:${port}` } },
      environment(),
    );
    await expect(readManifest(quiet, "a.dump.zst", AbortSignal.timeout(500))).rejects.toThrow();
    silent.close();
  });
});
