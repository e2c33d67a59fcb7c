import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveDatabase, type Saved } from "../../components/dumps/save-database";
import { manifestPath, manifestSchema } from "../../components/dumps/manifest";
import { readScratchFacts } from "../../components/postgres/read-scratch-facts";
import { backupWorld } from "../steps/backup-world";
import { startPrivateServer, type PrivateServer } from "../lab/private-server";

const world = backupWorld();
let other: PrivateServer | undefined;
beforeAll(async () => {
  other = await startPrivateServer();
});
afterAll(() => other?.remove());

test("the copy that proves a dump before a migration is made on the other server, and nothing on the live one (S-02)", async () => {
  const env = { ...world.environment(), SCRATCH_URL: other!.url("postgres") };
  const admin = world.server();
  await admin.sql("bare", "CREATE TABLE agents AS SELECT 1 AS id;");
  const role = "CREATE ROLE reader LOGIN PASSWORD 'reader' IN ROLE pg_read_all_data;";
  await admin.sql("postgres", role);
  const url = admin.url("bare").replace(/\/\/[^@]*@/, "//reader:reader@");
  const facts = await readScratchFacts(env);
  expect(facts).toMatchObject({ mayCreateDatabase: true, wal: { isHeld: false } });
  const { wal } = facts;
  expect(wal.limit).toBe(1024 ** 3);

  const io = { ...world.io(), env: { ...env, DATABASE_URL: url } };
  const input = world.input({ scratch: { kind: "url" } });
  const byUrl = { kind: "url" } as const;
  const ends = { source: byUrl, scratch: byUrl, readRunning: () => Promise.resolve([]) };
  const { path } = (await saveDatabase(input, ends, io)) as Saved;
  const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), "utf8")));
  expect(manifest).not.toHaveProperty("attributes");
  expect(manifest.noWayBack?.[0]).toBe(
    "database bare is owned by admin, and reader may not act for it",
  );
  const left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'gateways%';";
  expect(await other!.sql("postgres", left)).toBe("0");
});
