import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../components/postgres/database";
import { query } from "../../components/postgres/query";
import { openSession } from "../../components/postgres/session";
import { readSystemIdentifier } from "../../components/postgres/system-identifier";
import { rowsAtRisk } from "../../components/dumps/rows-at-risk";
import { startPrivateServer, type PrivateServer } from "../lab/private-server";

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivateServer();
});
afterAll(() => server.remove());

const asked = { trackingTable: "_schema_migrations" };

const shop = (name: string) =>
  openDatabase({ kind: "url" }, { ...process.env, DATABASE_URL: server.url(name) });

/** A database with ten agents, a tracking table, and the mark that a dump taken now would bear. */
async function world(name: string) {
  await server.sql("postgres", `CREATE DATABASE ${name};`);
  await server.sql(
    name,
    `CREATE TABLE _schema_migrations (filename text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
     BEGIN; CREATE TABLE agents (id int PRIMARY KEY, note text); INSERT INTO _schema_migrations (filename) VALUES ('001.sql'); COMMIT;
     INSERT INTO agents SELECT i, 'old' FROM generate_series(1, 10) i;`,
  );
  const database = shop(name);
  const mark = async () => {
    const [snapshot] = await query(database, "SELECT pg_current_snapshot();");
    return { snapshot, systemIdentifier: await readSystemIdentifier(database) };
  };
  return { database, mark, sql: (script: string) => server.sql(name, script) };
}

describe("rows at risk of a restore (S-44)", () => {
  test("are those inserted and updated since the dump, in old and new tables, and none that was there before", async () => {
    const { database, mark, sql } = await world("written");
    const manifest = await mark();
    expect(await rowsAtRisk(database, manifest, asked)).toEqual({
      countable: true,
      total: 0,
      tables: [],
    });
    await sql(
      `INSERT INTO agents SELECT i, 'new' FROM generate_series(11, 15) i; UPDATE agents SET note = 'changed' WHERE id <= 3;
       DELETE FROM agents WHERE id = 4; CREATE TABLE later AS SELECT i FROM generate_series(1, 20) i;`,
    );
    expect(await rowsAtRisk(database, manifest, asked)).toEqual({
      countable: true,
      total: 28,
      tables: [
        { name: "public.later", rows: 20 },
        { name: "public.agents", rows: 8 },
      ],
    });
  });

  test("are not those that a migration has moved, and are those that were written to its tables afterwards", async () => {
    const { database, mark, sql } = await world("moved");
    const manifest = await mark();
    await sql(
      `BEGIN; CREATE TABLE conversations AS SELECT * FROM agents; UPDATE agents SET note = 'moved';
       INSERT INTO _schema_migrations (filename) VALUES ('009.sql'); COMMIT;`,
    );
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 0 });
    await sql(
      "INSERT INTO conversations VALUES (11, 'new'); UPDATE agents SET note = 'x' WHERE id = 1;",
    );
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 2 });
  });

  test("are those of a transaction that was open during the dump, although it began before", async () => {
    const { database, mark, sql } = await world("open");
    const writer = openSession(database, "writer");
    await writer.query("BEGIN; INSERT INTO public.agents VALUES (11, 'open');");
    await sql("INSERT INTO agents VALUES (12, 'committed before the dump');");
    const manifest = await mark();
    expect(manifest.snapshot).toMatch(/:\d+$/);
    await writer.query("COMMIT;");
    await writer.close();
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 1 });
  });

  test("do not grow when old rows are frozen or their table is written anew", async () => {
    const { database, mark, sql } = await world("frozen");
    const manifest = await mark();
    await sql("VACUUM FREEZE agents;");
    await sql("VACUUM FULL agents;");
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 0 });
    await sql("INSERT INTO agents VALUES (11, 'new');");
    await sql("VACUUM FREEZE agents;");
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 1 });
  });

  test("are counted where no migration is tracked", async () => {
    const { database, mark, sql } = await world("untracked");
    await sql("DROP TABLE _schema_migrations;");
    const manifest = await mark();
    await sql("INSERT INTO agents VALUES (11, 'new');");
    expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 1 });
  });

  test.each([
    ["of another server", { systemIdentifier: "1" }, "taken from another server"],
    ["that keeps no snapshot", { snapshot: undefined }, "has no snapshot"],
    ["that does not name its server", { systemIdentifier: undefined }, "no system identifier"],
    ["from the server's future", { snapshot: "99999999:99999999:" }, "has not reached the dump's"],
  ])("cannot be counted for a dump %s, and the reason is told", async (_, more, reason) => {
    const { database, mark } = await world(`no_${Math.random().toString(36).slice(2)}`);
    const found = await rowsAtRisk(database, { ...(await mark()), ...more }, asked);
    expect(found).toEqual({ countable: false, reason: expect.stringContaining(reason) as string });
  });

  test("cannot be counted while a table is locked, and a preview does not wait for it", async () => {
    const { database, mark } = await world("locked");
    const manifest = await mark();
    const migration = openSession(database, "migration");
    await migration.query("BEGIN; LOCK TABLE public.agents IN ACCESS EXCLUSIVE MODE;");
    const found = await rowsAtRisk(database, manifest, { ...asked, seconds: 1 });
    expect(found).toEqual({ countable: false, reason: "counting takes longer than 1 s" });
    await migration.close();
  });
});

test("past the turn of transaction numbers old rows stay old and new ones new (S-44)", async () => {
  const { database, mark, sql } = await world("turned");
  await sql("INSERT INTO agents VALUES (11, 'frozen later');");
  const first = await mark();
  for (const transaction of [1.5e9, 3e9, 2 ** 32 - 60]) await server.advance(transaction);
  expect(await rowsAtRisk(database, first, asked)).toEqual({
    countable: false,
    reason: "more than two thousand million transactions have passed since the dump",
  });
  const manifest = await mark();
  expect(manifest.snapshot).toMatch(/^42949672\d\d:/);
  for (let id = 12; id < 112; id += 1) await sql(`INSERT INTO agents VALUES (${id}, 'new');`);
  expect((await mark()).snapshot).toMatch(/^42949673\d\d:/);
  expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 100 });
  await sql("VACUUM FREEZE agents;");
  expect(await rowsAtRisk(database, manifest, asked)).toMatchObject({ total: 100 });
});
