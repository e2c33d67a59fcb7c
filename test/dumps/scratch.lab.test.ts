import { expect, test } from "vitest";
import { withScratch } from "../../components/dumps/scratch";
import { localeSchema } from "../../components/postgres/locale";
import { openDatabase, type Database } from "../../components/postgres/database";
import { backupWorld } from "../steps/backup-world";

const { environment, scratches, server } = backupWorld();

const LOCALE = localeSchema.parse({ encoding: "UTF8", datcollate: "C", datctype: "C" });
const openServer = () => openDatabase({ kind: "url" }, environment("postgres"));

const nameOf = (scratch: Database) => scratch.words;

test("two proofs at once on one server leave each other's database alone", async () => {
  const database = openServer();
  const names = await withScratch(database, "smoltbot", LOCALE, (first) =>
    withScratch(database, "smoltbot", LOCALE, async (second) => {
      expect((await scratches()).split("\n")).toHaveLength(2);
      return [nameOf(first), nameOf(second)];
    }),
  );
  expect(new Set(names).size).toBe(2);
  expect(await scratches()).toBe("");
});

test("what a killed proof has left behind is dropped by the next one of the same role, and left alone by another role's", async () => {
  await server().sql("postgres", "CREATE DATABASE gateways_scratch_smoltbot_00000000;");
  await server().sql(
    "postgres",
    `CREATE ROLE other; CREATE DATABASE gateways_scratch_smoltbot_11111111 OWNER other;`,
  );
  await withScratch(openServer(), "smoltbot", LOCALE, () => Promise.resolve());
  expect(await scratches()).toBe("gateways_scratch_smoltbot_11111111");
});
