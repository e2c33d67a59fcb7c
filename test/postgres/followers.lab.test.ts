import { expect, test } from "vitest";
import { readDatabaseFacts } from "../../components/postgres/read-database-facts";
import { backupWorld } from "../steps/backup-world";

const roomy = () => Promise.resolve(undefined);

const world = backupWorld();

test("slots and subscriptions of a database are seen by a role that may only read, those of another database are not (S-44)", async () => {
  const { sql } = world.server();
  await sql(
    "postgres",
    `CREATE ROLE plain LOGIN PASSWORD 'plain' IN ROLE pg_read_all_data; SELECT pg_create_physical_replication_slot('standby');`,
  );
  await sql(
    "bare",
    `CREATE SUBSCRIPTION from_eu CONNECTION 'host=127.0.0.1 port=9' PUBLICATION p WITH (connect = false);`,
  );
  const env = (database: string) => ({
    ...world.environment(),
    DATABASE_URL: world
      .server()
      .url(database)
      .replace(/\/\/[^@]*@/, "//plain:plain@"),
  });
  const followers = async (database: string) =>
    (
      await readDatabaseFacts({ kind: "url" }, env(database), {
        trackingTable: "_schema_migrations",
        freeBytes: roomy,
      })
    ).followers;
  const standby = { kind: "physical slot", name: "standby" };
  expect(await followers("bare")).toEqual([standby, { kind: "subscription", name: "from_eu" }]);
  expect(await followers("odd")).toEqual([standby]);
});
