import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readIdentity } from "../../components/postgres/database-identity";
import { openDatabase } from "../../components/postgres/database";
import { query } from "../../components/postgres/query";
import { freeBytesAt, readDatabaseFacts } from "../../components/postgres/read-database-facts";
import { openSession } from "../../components/postgres/session";
import { password, startPrivateServer, type PrivateServer } from "../lab/private-server";

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivateServer();
  await server.sql(
    "postgres",
    "CREATE DATABASE shop; CREATE ROLE guest LOGIN PASSWORD 'guest'; CREATE DATABASE plain;",
  );
  await server.sql(
    "shop",
    `CREATE TABLE _schema_migrations (filename text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
     INSERT INTO _schema_migrations VALUES ('002_b.sql', '2026-01-01 10:00'), ('010_c.sql', '2026-01-01 10:00:00.5'), ('001_a.sql', '2026-01-01 10:00');`,
  );
});
afterAll(() => server.remove());

const environment = (database: string) => ({ ...process.env, DATABASE_URL: server.url(database) });
const facts = (database: string, env: NodeJS.ProcessEnv = environment(database)) =>
  readDatabaseFacts({ kind: "url" }, env, {
    trackingTable: "_schema_migrations",
    freeBytes: () => freeBytesAt("/nowhere/dumps"),
  });
const shop = () => openDatabase({ kind: "url" }, environment("shop"));

describe("a look at the database", () => {
  test("tells versions, size, room, rights and the migrations in their order (S-14)", async () => {
    const found = await facts("shop");
    expect(found).toMatchObject({
      exists: true,
      database: "shop",
      mayCreateDatabase: true,
      migrating: false,
      migrations: ["001_a.sql", "002_b.sql", "010_c.sql"],
    });
    expect(found.server).toMatch(/^15\.\d+$/);
    expect(found.dumpTool).toMatch(/^\d+\.\d+$/);
    expect(found.bytes).toBeGreaterThan(1e6);
    expect(found.freeBytes).toBeGreaterThan(0);
  });

  test("of one that tracks no migrations says so", async () => {
    expect((await facts("plain")).migrations).toBeUndefined();
  });

  test("of one that does not exist is an answer, not an error", async () => {
    expect(await facts("nowhere")).toMatchObject({
      exists: false,
      bytes: 0,
      migrations: undefined,
    });
  });

  test("of one that lets nobody in is an answer, as a killed restore leaves it (law 2)", async () => {
    await server.sql("postgres", "ALTER DATABASE plain ALLOW_CONNECTIONS false;");
    try {
      expect(await facts("plain")).toMatchObject({ exists: true, closed: true });
    } finally {
      await server.sql("postgres", "ALTER DATABASE plain ALLOW_CONNECTIONS true;");
    }
  });

  test("by a role that may create no database says so", async () => {
    const url = server.url("plain").replace(/\/\/.*@/, "//guest:guest@");
    const found = await facts("plain", { ...process.env, DATABASE_URL: url });
    expect(found.mayCreateDatabase).toBe(false);
  });

  test("of one that may only be read says for whom that holds (S-02)", async () => {
    await server.sql(
      "postgres",
      `CREATE DATABASE filled; ALTER DATABASE filled SET default_transaction_read_only = on;
       CREATE ROLE reader LOGIN PASSWORD 'reader'; ALTER ROLE reader SET default_transaction_read_only = on;`,
    );
    const url = server.url("plain").replace(/\/\/.*@/, "//reader:reader@");
    expect((await facts("filled")).readOnly).toBe("everyone");
    expect((await facts("plain", { ...process.env, DATABASE_URL: url })).readOnly).toBe("role");
    expect((await facts("plain")).readOnly).toBeUndefined();
  });

  test.each([
    ["a server that is not there", (url: string) => url.replace(/:\d+\//, ":1/"), "refused"],
    [
      "a wrong password",
      (url: string) => url.replace(/\/\/.*@/, "//admin:wr0ng@"),
      "password authentication failed",
    ],
  ])("of %s fails in one line, without a password", async (_, spoil, words) => {
    const failure = await facts("shop", {
      ...process.env,
      DATABASE_URL: spoil(server.url("shop")),
    }).catch((error: unknown) => String(error));
    expect(failure).toContain(words);
    expect(failure).not.toMatch(/\n|wr0ng/);
    expect(failure).not.toContain(password);
  });

  test("without a connection string names the variable", async () => {
    await expect(facts("shop", { PATH: process.env["PATH"] })).rejects.toThrow(
      "DATABASE_URL is not set",
    );
  });

  test("is not led astray by settings of the operator's shell", async () => {
    const strays = {
      PGDATABASE: "postgres",
      PGHOST: "elsewhere.invalid",
      PGOPTIONS: "-c nonsense=1",
      PGSERVICE: "none",
    };
    expect(await facts("shop", { ...environment("shop"), ...strays })).toMatchObject({
      database: "shop",
    });
  });
});

describe("the identity of a database", () => {
  test("is one for every way to it, and another one for its neighbour (S-02)", async () => {
    const { identity } = await facts("shop");
    expect(await readIdentity(server.url("shop"), process.env)).toEqual(identity);
    const neighbour = await readIdentity(server.url("plain"), process.env);
    expect(neighbour.started).toBe(identity?.started);
    expect(neighbour.oid).not.toBe(identity?.oid);
  });
});

describe("a list of migrations", () => {
  test("outside of the role's search path is found to be there (S-14)", async () => {
    await server.sql("plain", "CREATE SCHEMA app; CREATE TABLE app._schema_migrations ();");
    expect(await facts("plain")).toMatchObject({
      migrations: undefined,
      trackedElsewhere: ["app._schema_migrations"],
    });
  });
});

describe("a connection", () => {
  test("without a pooler gives each session a process of its own", async () => {
    expect((await facts("shop")).pooled).toBe(false);
  });

  test("that is accepted and never answered ends the look in time", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const { port } = silent.address() as AddressInfo;
    const url = `postgres://me@127.0.0.1:${port}/shop`;
    const began = Date.now();
    await expect(facts("shop", { ...process.env, DATABASE_URL: url })).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(25_000);
    silent.close();
  }, 60_000);
});

describe("a question", () => {
  test("that the server refuses fails with the server's words", async () => {
    await expect(query(shop(), "SELECT * FROM nothing_here;")).rejects.toThrow(
      'relation "nothing_here" does not exist',
    );
  });

  test("gets its own answer, in the order in which it was asked", async () => {
    const session = openSession(shop(), "questions");
    expect(await session.query("SELECT 1; SELECT 2;")).toEqual(["1", "2"]);
    expect(await session.query("SELECT 'it''s';")).toEqual(["it's"]);
    expect(await session.query("SELECT WHERE false;")).toEqual([]);
    await expect(session.query("SELECT 1/0;")).rejects.toThrow("division by zero");
    await expect(session.query("SELECT 1;")).rejects.toThrow("division by zero");
    await session.close();
  });
});
