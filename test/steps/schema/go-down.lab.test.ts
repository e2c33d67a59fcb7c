import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { generateIdentity } from "age-encryption";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readKeys } from "../../../components/dumps/dump-keys";
import { folderStore } from "../../../components/dumps/store/folder-store";
import { countRows } from "../../../components/postgres/count-rows";
import { openDatabase } from "../../../components/postgres/database";
import { alembic } from "../../lab/bamf/python";
import { revisions } from "../../lab/bamf/releases";
import { readSettings } from "../../lab/settings";
import { backupWorld } from "../backup-world";
import { clusterOf, downInput, goDownIn, liveGateway, type Kill } from "./down-world";

const run = promisify(execFile);
const settings = readSettings(process.env);
const world = backupWorld();

const ROWS = `
INSERT INTO revoked_certificates (fingerprint, revoked_at, reason) VALUES ('ab', '2026-01-02T03:04:05.678901Z', E'lost \\\\ "key"\\nline');
INSERT INTO edges (id, name, internal_token_hash, bridge_bootstrap_token_hash)
  SELECT gen_random_uuid(), 'edge-' || n, 'h', 'h' FROM generate_series(1, 1500) AS n;
INSERT INTO edge_tokens (id, token_hash, name, edge_name, expires_at, created_by)
  VALUES (gen_random_uuid(), 't', 'join', 'edge-1', now(), 'lab');
INSERT INTO users (email) VALUES ('a@example.com');
INSERT INTO session_recordings (session_id, user_email, resource_name, recording_data, started_at, recording_type)
  VALUES (gen_random_uuid(), 'a@example.com', 'db', 'long', now(), 'queries');`;

const TABLES = ["edge_tokens", "edges", "revoked_certificates"];

let number = 0;
let database = "";
beforeAll(async () => {
  database = "template_bamf";
  await world.server().sql("postgres", `CREATE DATABASE ${database};`);
  await migrate("upgrade", "c4f5a6b7");
  await ask(ROWS);
});
beforeEach(async () => {
  database = `bamf_${(number += 1)}`;
  await world.server().sql("postgres", `CREATE DATABASE ${database} TEMPLATE template_bamf;`);
});

const migrate = (way: "upgrade" | "downgrade", revision: string) => {
  const url = world.server().url(database).replace("postgres://", "postgresql+asyncpg://");
  return alembic(settings, url, [way, revision]);
};
const ask = (sql: string) => world.server().sql(database, sql);
const head = () => ask("SELECT version_num FROM alembic_version;");

/** Goes down to the revision with real Alembic, whose Job is a process of this test. */
const goDown = (
  revision: string,
  deletes: readonly string[],
  {
    kill,
    env,
    ...more
  }: { kill?: Kill; env?: object; encrypt?: boolean; goTo?: () => Promise<void> } = {},
  live = liveGateway(),
) => {
  const downByAlembic = async (): Promise<void> => {
    await migrate("downgrade", revision);
  };
  const { goTo = downByAlembic, ...backup } = more;
  const cluster = clusterOf(live, { goTo }, kill);
  const input = downInput(
    { kind: "url" },
    { revision, deletes: [...deletes], revisions: [...revisions], from: "0.11.0" },
    {
      release: "0.4.0",
      backup: { ...world.input({ trackingTable: "alembic_version", ...backup }) },
    },
  );
  const change = { ...cluster.change, runningImages: () => Promise.resolve(["api:v0.11.0"]) };
  const done = goDownIn(change, input, { ...world.environment(database), ...env });
  return { done, live, cluster };
};

const saved = async () =>
  (await readdir(world.dumps())).filter((name) => name.includes("-rows-before-")).sort();

const linesOf = async (name: string): Promise<readonly { of: string; row: object }[]> => {
  const { stdout } = await run("zcat", [join(world.dumps(), name)], { maxBuffer: 1e8 });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as { of: string; row: object });
};

describe("going down on a real database with the product's own revisions (B-29, T-19)", () => {
  test("saves every row that goes, readable by whoever puts it back, and leaves all others", async () => {
    const before = await ask("SELECT to_jsonb(r) FROM revoked_certificates r;");
    const { done, live } = goDown("c5d8e3f2", TABLES);
    const { result, said } = await done;
    expect(result).toMatchObject({ head: "c5d8e3f2", undone: revisions.slice(5).toReversed() });
    expect(await head()).toBe("c5d8e3f2");
    expect(live.writers).toBe("kept stopped");
    const [file = ""] = await saved();
    expect(said).toContain(
      `saved the 1502 rows of ${TABLES.join(", ")} as ${join(world.dumps(), file)}`,
    );
    expect((await stat(join(world.dumps(), file))).mode & 0o777).toBe(0o600);
    const lines = await linesOf(file);
    expect(lines.filter(({ of }) => of === "edges")).toHaveLength(1500);
    expect(lines.find(({ of }) => of === "revoked_certificates")?.row).toEqual(JSON.parse(before));
    expect(await ask("SELECT count(*) FROM users;")).toBe("1");
    await migrate("upgrade", "c4f5a6b7");
    const row = JSON.stringify(lines.find(({ of }) => of === "revoked_certificates")?.row);
    await ask(
      `INSERT INTO revoked_certificates SELECT * FROM jsonb_populate_record(NULL::revoked_certificates, $json$${row}$json$);`,
    );
    expect(await ask("SELECT to_jsonb(r) FROM revoked_certificates r;")).toBe(before);
  });

  test("takes a proven dump of the state before, while what writes still serves", async () => {
    const { done } = goDown("a2b3c4d5", []);
    expect((await done).result).toMatchObject({ head: "a2b3c4d5" });
    const names = await world.left();
    expect(names.filter((name) => name.endsWith(".manifest.json"))).toHaveLength(1);
    expect(await saved()).toEqual([]);
    expect(await ask("SELECT count(*) FROM outposts;")).toBe("1500");
  });

  test("saves of a column what it holds, with the key of its row", async () => {
    const { result } = await goDown("a3f1b2c4", [
      ...TABLES,
      "certificate_authority.ssh_host_key",
      "session_recordings.recording_type",
    ]).done;
    expect(result).toMatchObject({ head: "a3f1b2c4" });
    const lines = await linesOf((await saved())[0] ?? "");
    const recording = lines.filter(({ of }) => of === "session_recordings.recording_type");
    expect(recording.map(({ row }) => row)).toEqual([
      { id: expect.any(String) as string, recording_type: "queries" },
    ]);
    expect(lines.some(({ of }) => of === "certificate_authority.ssh_host_key")).toBe(false);
  });

  test("encrypts the file as the dump", async () => {
    const key = await generateIdentity();
    const env = { BACKUP_KEY: key };
    const { result } = await goDown("e7f0a5b4", ["revoked_certificates"], { encrypt: true, env })
      .done;
    expect(result).toMatchObject({ head: "e7f0a5b4" });
    const [file = ""] = await saved();
    expect(file).toMatch(/\.jsonl\.gz\.age$/);
    const keys = await readKeys(env);
    const opened = await keys?.decrypt(await folderStore(world.dumps()).open(file));
    const [first] = (await opened?.toArray()) as Buffer[];
    expect(first?.subarray(0, 2).toString("hex")).toBe("1f8b");
  });

  test("leaves everything as it was where the Job fails in its middle, and lets the newer release serve", async () => {
    await ask("CREATE VIEW in_use AS SELECT * FROM edge_tokens;");
    const { done, live } = goDown("c5d8e3f2", TABLES);
    const { result } = await done;
    expect(result).toContain("undone: scaled api to 2 replicas");
    expect(await head()).toBe("c4f5a6b7");
    expect(await ask("SELECT count(*) FROM edges;")).toBe("1500");
    expect(live.writers).toBe("serving");
  });

  test("refuses before anything goes where a table is not there of which rows are to be saved", async () => {
    const { done, live } = goDown("a2b3c4d5", ["edges", "places"]);
    const { result } = await done;
    expect(result).toContain("there is no places in the database");
    expect(await head()).toBe("c4f5a6b7");
    expect(live).toMatchObject({ writers: "serving", runs: 0 });
  });

  test.each([1, 2].map((call) => ({ call, behind: true })))(
    "killed behind call $call and run again, it comes to the same end with no row lost",
    async (kill) => {
      const live = liveGateway();
      await goDown("c5d8e3f2", TABLES, { kill }, live).cluster.hit;
      // A process that is killed takes its sessions along.
      await ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'gateways%';",
      );
      const { result } = await goDown("c5d8e3f2", TABLES, {}, live).done;
      expect(result).toMatchObject({ head: "c5d8e3f2" });
      expect(live).toMatchObject({ writers: "kept stopped", runs: 1 });
      const lines = await linesOf((await saved()).at(-1) ?? "");
      expect(lines).toHaveLength(1502);
    },
  );
});

describe("counting what would go", () => {
  const count = (names: readonly string[]) =>
    countRows(openDatabase({ kind: "url" }, world.environment(database)), names, 10);

  test("counts rows of tables, and of columns those that hold a value", async () => {
    expect(await count([...TABLES, "session_recordings.recording_type"])).toEqual({
      countable: true,
      total: 1503,
      tables: [
        { name: "edges", rows: 1500 },
        { name: "edge_tokens", rows: 1 },
        { name: "revoked_certificates", rows: 1 },
        { name: "session_recordings.recording_type", rows: 1 },
      ],
    });
    expect(await count(["certificate_authority.ssh_host_key"])).toMatchObject({ total: 0 });
  });

  test("says what is not there", async () => {
    expect(await count(["edges", "places", "users.age"])).toEqual({
      countable: false,
      reason: "there is no places, users.age in the database",
    });
  });
});
