import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { runBackup } from "../../components/steps/backup";
import type { Saved } from "../../components/dumps/save-database";
import { manifestPath, manifestSchema, type Manifest } from "../../components/dumps/manifest";
import { runRestore } from "../../components/steps/restore";
import { restoreInputSchema } from "../../components/steps/restore-input";
import { openDatabase, type Database } from "../../components/postgres/database";
import { openSession } from "../../components/postgres/session";
import type { StepIo } from "../../components/upgrade/step-io";
import { backupWorld } from "./backup-world";
import { standInDeployments, type StandInDeployments } from "./stand-in-deployments";

const root = dirname(dirname(import.meta.dirname));

const first = `
CREATE TABLE _schema_migrations (filename text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE agents (id serial PRIMARY KEY, name text NOT NULL, note text);
CREATE TABLE sessions (id bigserial PRIMARY KEY, agent int REFERENCES agents, body text);
CREATE INDEX ON sessions (agent);
INSERT INTO agents (name, note) SELECT 'agent ' || i, repeat('n', i % 50) FROM generate_series(1, 500) i;
INSERT INTO sessions (agent, body) SELECT 1 + i % 500, md5(i::text) FROM generate_series(1, 4000) i;
INSERT INTO _schema_migrations (filename) VALUES ('008.sql');
GRANT SELECT ON agents TO reader;`;

const second = `
BEGIN; CREATE TABLE conversations AS SELECT * FROM sessions; DROP TABLE sessions; ALTER TABLE agents DROP COLUMN note;
INSERT INTO _schema_migrations (filename) VALUES ('010.sql'); COMMIT;
INSERT INTO agents (name) SELECT 'late ' || i FROM generate_series(1, 7) i;`;

export type RestoreWorld = ReturnType<typeof restoreWorld>;

/**
 * A gateway at 2.0.0, database `shop` and two Deployments, and the dump that was taken before it while 1.2.0 ran. Everything anew for
 * each test.
 */
export function restoreWorld() {
  const backups = backupWorld();
  const { server } = backups;
  let gold = "";
  let dump = "";
  let cluster: StandInDeployments | undefined;

  const saveShop = async (directory: string, more: object = {}): Promise<Saved> => {
    const given = { ...backups.input({ release: "2.0.0" }), directory, keep: 9, ...more };
    return (await runBackup(given, backups.io("shop"))) as Saved;
  };
  beforeAll(async () => {
    gold = await mkdtemp(join(tmpdir(), "gateways-gold-"));
    await server().sql(
      "postgres",
      `CREATE ROLE app LOGIN CREATEDB PASSWORD 'app'; CREATE ROLE reader; CREATE ROLE other LOGIN PASSWORD 'other'; CREATE DATABASE shop OWNER app;`,
    );
    await server().sql("shop", `SET ROLE app;${first}`);
    const { path } = await saveShop(gold);
    dump = path.slice(gold.length + 1);
    await server().sql("shop", `SET ROLE app;${second}`);
    await server().sql("postgres", "ALTER DATABASE shop RENAME TO made;");
  });
  afterAll(() => rm(gold, { recursive: true }));
  beforeEach(async () => {
    const { sql } = server();
    for (const name of await databases())
      await sql("postgres", `DROP DATABASE "${name}" WITH (FORCE);`);
    await sql("postgres", "CREATE DATABASE shop TEMPLATE made OWNER app;");
    await sql(
      "postgres",
      `ALTER DATABASE shop SET search_path = "$user", public; ALTER ROLE app IN DATABASE shop SET work_mem = '5MB';
       REVOKE CONNECT ON DATABASE shop FROM PUBLIC; GRANT CONNECT ON DATABASE shop TO reader; COMMENT ON DATABASE shop IS 'of the shop';`,
    );
    await cp(gold, backups.dumps(), { recursive: true });
    cluster = await standInDeployments({ gateway: 3, observer: 1 });
  });
  afterEach(() => cluster?.close());

  /** Databases of the shop, by name. */
  const databases = async (): Promise<readonly string[]> =>
    (
      await server().sql(
        "postgres",
        "SELECT datname FROM pg_database WHERE datname LIKE 'shop%' ORDER BY 1;",
      )
    )
      .split("\n")
      .filter((name) => name !== "");
  const input = (more: object = {}) =>
    restoreInputSchema.parse({
      ...{
        kubeconfig: cluster?.kubeconfig,
        namespace: "smoltbot",
        gateway: "smoltbot",
        stack: "prod",
      },
      ...{ release: "1.2.0", dump, directory: backups.dumps(), source: { kind: "url" } },
      ...{ deployments: ["gateway", "observer"], trackingTable: "_schema_migrations" },
      ...{ deadlineSeconds: 5, ...more },
    });
  const io = (signal?: AbortSignal): StepIo => backups.io("shop", signal);
  /** Rows of a database of this shop: as many as in the dump, or as in 2.0.0. */
  const contents = async (name: string): Promise<string> =>
    server().sql(
      name,
      `SELECT string_agg(format('%s %s', relname, (xpath('/row/n/text()', query_to_xml(format(
         'SELECT count(*) || '' '' || coalesce(sum(hashtext(t::text)), 0) AS n FROM %I t', relname), true, true, '')))[1]), ', ' ORDER BY relname)
       FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;`,
    );
  /** Connection string of another role, whose password is its name. */
  const urlOf = (role: string): string =>
    role === "admin"
      ? server().url("shop")
      : server()
          .url("shop")
          .replace(/\/\/.*@/, `//${role}:${role}@`);
  const environmentOf = (role: string) => ({
    ...backups.environment("shop"),
    DATABASE_URL: urlOf(role),
  });
  return {
    ...backups,
    /** For a restore by another role. */
    as: (role: string) => ({ env: environmentOf(role) }),
    /** The shop's live database as a role sees it. */
    open: (role = "admin") => openDatabase({ kind: "url" }, environmentOf(role)),
    knock,
    cluster: () => cluster!,
    dump: () => dump,
    path: () => join(backups.dumps(), dump),
    databases,
    contents,
    saveShop,
    restoreInput: input,
    manifest: async (): Promise<Manifest> =>
      manifestSchema.parse(
        JSON.parse(await readFile(manifestPath(join(backups.dumps(), dump)), "utf8")),
      ),
    restore: (more: object = {}, other: Partial<StepIo> = {}) =>
      runRestore(input(more), { ...io(), ...other }),
    /** All that a restore may change. */
    state: async () => ({
      databases: await databases(),
      shop: await contents("shop"),
      properties: await server().sql(
        "postgres",
        `SELECT datname, datallowconn, datconnlimit, datacl, shobj_description(oid, 'pg_database'), pg_get_userbyid(datdba),
           (SELECT array_agg(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = 'shop';`,
      ),
      cluster: cluster?.state(),
    }),
    left: () => readdir(backups.dumps()),
    /** The step as a program of its own; every line that it says is told. */
    start: (more: object = {}, onLine: (line: string) => void = () => undefined) => {
      const child = spawn("node", ["components/start/step.mjs", "restore"], {
        cwd: root,
        env: { ...backups.environment("shop"), GATEWAYS_STEP: JSON.stringify(input(more)) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      createInterface({ input: child.stderr }).on("line", onLine);
      const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
        child.on("close", (code) => {
          resolve({ code, output });
        });
      });
      return { child, ended };
    },
  };
}

/** A pool that connects again and again; yields how often it was not let in. */
function knock(database: Database) {
  let refused = 0;
  const stop = new AbortController();
  const done = (async () => {
    while (!stop.signal.aborted) {
      const session = openSession(database, "pool");
      await session.query("SELECT 1;").catch(() => (refused += 1));
      await session.close();
    }
  })();
  return {
    stop: async (): Promise<number> => {
      stop.abort();
      await done;
      return refused;
    },
  };
}
