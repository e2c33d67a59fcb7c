import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifestPath, type Manifest } from "../../../components/dumps/manifest";
import { saveInputSchema } from "../../../components/dumps/save-input";
import { openDatabase } from "../../../components/postgres/database";
import { keptName } from "../../../components/postgres/database-names";
import { withMark } from "../../../components/postgres/restore-mark";
import { saveBefore } from "../../../components/steps/schema/save-before";
import { podSource, standInDatabase, type StandInDatabase } from "../stand-in-psql";

const HOUR = 3_600_000;
const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const file = "smoltbot-prod-20260102t030405z-before-2.0.0.dump.gz";

let database: StandInDatabase;
beforeEach(async () => {
  database = await standInDatabase();
  await database.migrations("008.sql");
  await database.identifier("7001");
});
afterEach(() => database.remove());

/** A whole dump of the database at that schema, three weeks old. */
async function putDump(): Promise<string> {
  const archive = Buffer.from("rows");
  const packed = gzipSync(archive);
  const path = join(database.home, file);
  await writeFile(path, packed);
  const manifest: Manifest = {
    ...{ proven: true, gateway: "smoltbot", stack: "prod", release: "2.0.0", running: ["1.2.0"] },
    takenAt: new Date(Date.now() - 504 * HOUR).toISOString(),
    ...{ systemIdentifier: "7001", path, bytes: packed.length, sha256: sha256(packed) },
    archive: {
      ...{ format: "custom", compression: "gzip", bytes: archive.length, sha256: sha256(archive) },
    },
    source: { database: "shop", server: "15.18", encoding: "UTF8", collate: "C", ctype: "C" },
    tools: { pgDump: "15.18", pgRestore: "15.18" },
    ...{ tables: [], rows: 0, objects: 0, schemaHead: "008.sql" },
    seconds: { copy: 0, compare: 0, total: 0 },
  };
  await writeFile(manifestPath(path), JSON.stringify(manifest));
  return manifest.sha256;
}

/** What the step says before a migration, with the database restored from that dump so long ago, and no pod of the gateway at this moment. */
async function saidAfter(restoredAgo: number): Promise<string> {
  const kept = keptName("shop", "1.2.0", Date.now() - restoredAgo);
  const mark = { dump: file, sha256: await putDump(), rows: 0, kept, undone: "010.sql" };
  await database.comment(withMark("", mark));
  const said: string[] = [];
  const source = { kind: "container", container: database.container, database: "shop" } as const;
  const backup = saveInputSchema.parse({
    ...{ gateway: "smoltbot", stack: "prod", release: "2.0.0", source: podSource, keep: 3 },
    directory: database.home,
  });
  const never = () => Promise.reject(new Error("asked for nothing"));
  await saveBefore(
    {
      ...{ backup, maxAgeMinutes: 60, database: openDatabase(source, database.env), source },
      ...{ running: [], platform: { externalBackup: never }, open: never },
    },
    { env: database.env, say: (line) => void said.push(line) },
  ).catch(() => undefined);
  return said.join("\n");
}

test("the dump from which the database was just restored is enough, however old it is: the gateway waits (law 8)", async () => {
  expect(await saidAfter(HOUR / 60)).toContain("shows database shop");
});

test("the dump of a restore weeks ago is none of now, though no pod runs at this moment: the gateway has served in between (S-02, law 4)", async () => {
  expect(await saidAfter(500 * HOUR)).toContain(
    "no dump of database shop in pod a/postgres-0 as it is now lies in",
  );
});
