import { generateIdentity } from "age-encryption";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runBackup } from "../../components/steps/backup";
import type { Saved } from "../../components/dumps/save-database";
import { manifestPath, manifestSchema } from "../../components/dumps/manifest";
import { folderStore } from "../../components/dumps/store/folder-store";
import { restoreInto } from "../../components/dumps/restore-into";
import { openDatabase } from "../../components/postgres/database";
import { readDatabaseFacts } from "../../components/postgres/read-database-facts";
import { backupWorld } from "./backup-world";

const roomy = () => Promise.resolve(undefined);

const world = backupWorld();
const tables = `
SET ROLE saver;
CREATE TABLE agents (id int PRIMARY KEY, name text);
INSERT INTO agents SELECT i, 'agent ' || i FROM generate_series(1, 100) i;
COMMENT ON TABLE agents IS 'who acts';
COMMENT ON COLUMN agents.name IS 'how it is called';
GRANT SELECT ON agents TO reader;
GRANT UPDATE (name) ON agents TO reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader;
ALTER TABLE agents ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON agents FOR SELECT TO reader USING (id > 0);
CREATE PUBLICATION told FOR TABLE agents;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION one() FROM PUBLIC;
RESET ROLE;
`;

describe("what would be restored for real is what was proven (law 4, S-44)", () => {
  let key = "";
  const env = () => ({
    ...world.environment("shop"),
    BACKUP_KEY: key,
    DATABASE_URL: world
      .server()
      .url("shop")
      .replace(/\/\/[^@]*@/, "//saver:saver@"),
  });
  const backUp = async (more: object = {}) => {
    const io = { ...world.io("shop"), env: env() };
    const { path } = (await runBackup(world.input(more), io)) as Saved;
    return manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), "utf8")));
  };
  const hindrances = async () =>
    (
      await readDatabaseFacts({ kind: "url" }, env(), {
        trackingTable: "_schema_migrations",
        freeBytes: roomy,
      })
    ).hindrances;
  const sql = (script: string) => world.server().sql("shop", script);

  beforeAll(async () => {
    const roles = `CREATE ROLE saver LOGIN CREATEDB PASSWORD 'saver'; CREATE ROLE reader; CREATE ROLE other;`;
    await world.server().sql("postgres", roles);
  });
  beforeEach(async () => {
    await world.server().sql("postgres", "DROP DATABASE IF EXISTS shop WITH (FORCE);");
    await world.server().sql("postgres", "CREATE DATABASE shop OWNER saver;");
    await sql(tables);
  });
  afterAll(() => world.server().sql("postgres", "DROP DATABASE IF EXISTS shop WITH (FORCE);"));

  test("owners, privileges, comments, policies and publications come back, and none is lost", async () => {
    expect(await hindrances()).toEqual([]);
    const manifest = await backUp();
    expect(manifest).toMatchObject({ rows: 100, attributes: expect.any(Number) as number });
    expect(manifest.attributes).toBeGreaterThan(8);
    expect(manifest).not.toHaveProperty("noWayBack");
    expect(await world.scratches()).toBe("");
  });

  test("a schema of a role that ours may not act for keeps its dump, sealed as no way back with the reason", async () => {
    await sql(`CREATE SCHEMA app AUTHORIZATION other; CREATE TABLE app.notes AS SELECT 1 AS id;
      ALTER TABLE app.notes OWNER TO other; GRANT USAGE ON SCHEMA app TO saver; GRANT SELECT ON app.notes TO saver;`);
    expect(await hindrances()).toEqual([
      "relations, schemas are owned by other, and saver may not act for it",
    ]);
    const manifest = await backUp();
    expect(manifest).toMatchObject({ proven: true, rows: 101 });
    expect(manifest.noWayBack).toEqual([expect.stringMatching(/must be member of role "other"/)]);
    expect(world.said().join("\n")).toMatch(/this role could not restore owners and privileges/);

    await sql("GRANT other TO saver;");
    expect(await hindrances()).toEqual([]);
    expect(await backUp()).not.toHaveProperty("noWayBack");
    await sql("REVOKE other FROM saver;");
  });

  test("what only the restore itself finds out is sealed as well: an owner who may make nothing in the schema by then", async () => {
    await sql(
      "ALTER TABLE agents OWNER TO other; GRANT other TO saver; GRANT CREATE ON SCHEMA public TO other;",
    );
    expect(await hindrances()).toEqual([]);
    expect((await backUp()).noWayBack).toEqual([
      expect.stringMatching(/permission denied for schema public/),
    ]);
    await sql("REVOKE other FROM saver;");
  });

  test("a publication for all tables and a database of somebody else are known beforehand", async () => {
    await sql("CREATE PUBLICATION everything FOR ALL TABLES; ALTER DATABASE shop OWNER TO other;");
    expect(await hindrances()).toEqual([
      "database shop is owned by other, and saver may not act for it",
      "publication everything is for all tables, which only a superuser may make",
      "publications are owned by admin, and saver may not act for it",
    ]);
  });

  test.each([
    ["in the clear", false],
    ["encrypted", true],
  ])(
    "an event trigger and an extension that are excluded are saved %s, named in the manifest, and left out of proof and restore",
    async (_, encrypt) => {
      await sql(`CREATE EXTENSION pg_trgm; COMMENT ON EXTENSION pg_trgm IS 'ours';
      CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      ALTER FUNCTION tell() OWNER TO saver;
      CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION tell();`);
      await expect(backUp()).rejects.toThrow(
        /permission denied to create event trigger "audit".*named in backup\.exclude/,
      );
      expect(await hindrances()).toEqual([
        "event trigger audit is there, which only a superuser may make",
      ]);
      const exclude = { eventTriggers: ["audit", "gone"], extensions: ["pg_trgm"] };
      const look = { trackingTable: "_schema_migrations", freeBytes: roomy, exclude };
      expect((await readDatabaseFacts({ kind: "url" }, env(), look)).hindrances).toEqual([]);
      key = await generateIdentity();
      const manifest = await backUp({ exclude, encrypt });
      expect(manifest.encryption !== undefined).toBe(encrypt);
      expect(manifest.excluded).toEqual(["EVENT TRIGGER - audit", "EXTENSION - pg_trgm"]);
      expect(manifest).not.toHaveProperty("noWayBack");

      await world.server().sql("postgres", "CREATE DATABASE again OWNER saver;");
      const io = {
        ...world.io(),
        env: { ...env(), DATABASE_URL: env().DATABASE_URL.replace(/shop$/, "again") },
      };
      const dump = { store: folderStore(world.dumps()), manifest };
      await restoreInto(openDatabase({ kind: "url" }, io.env), dump, io);
      const { sql: ask } = world.server();
      expect(await ask("again", "SELECT count(*) FROM agents")).toBe("100");
      const left =
        "SELECT (SELECT count(*) FROM pg_event_trigger) + (SELECT count(*) FROM pg_extension)";
      expect(await ask("again", left)).toBe("1");
      await ask("postgres", "DROP DATABASE again;");
    },
  );
});
