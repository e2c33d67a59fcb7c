import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runBackup } from "../../components/steps/backup";
import { backupInputSchema } from "../../components/steps/backup-input";
import { openPlatform } from "../../components/steps/open-platform";
import { runSchema } from "../../components/steps/schema";
import { schemaInputSchema } from "../../components/steps/schema-input";
import { readHead } from "../../components/steps/verification/read-head";
import type { VerificationTask } from "../../components/steps/verification-input";

const cameBack = { from: "1.1.0", schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" };
/** Nothing listens there. */
const env = { ...process.env, DATABASE_URL: "postgresql://u:p@127.0.0.1:9/x" };

/** What it does not prove: that a gateway serves again, which the lab shows. */
describe("on a way back within a major whose database does not answer", () => {
  let directory: string;
  let said: string[];
  const io = () => ({ env, say: (line: string) => said.push(line) });
  const backup = (change: object) =>
    runBackup(
      backupInputSchema.parse({
        gateway: "smoltbot",
        stack: "prod",
        release: "1.0.0",
        source: { kind: "url" },
        directory,
        keep: 1,
        trackingTable: "_schema_migrations",
        ...change,
      }),
      io(),
    );

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "way-back-"));
    said = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  test("the backup step takes no dump and asks nobody (S-48)", async () => {
    const reason = "going back from 1.1.0 to 1.0.0 leaves the database as it is";
    expect(await backup({ cameBack })).toEqual({ nothing: true, reason });
    expect(said).toEqual([`no dump is taken: ${reason}`]);
  });

  test("a dump that is wanted and cannot be taken is told, and stops nothing", async () => {
    const result = await backup({ cameBack, onTheWayBack: true });
    expect(result).toMatchObject({ nothing: true });
    expect(said.at(-1)).toMatch(/^no dump of the newer state could be taken, .*127\.0\.0\.1/);
    expect(await readdir(directory)).toEqual([]);
  });

  test("in every other run the backup step fails there (S-02)", async () => {
    await expect(backup({})).rejects.toThrow(/127\.0\.0\.1/);
    await expect(backup({ onTheWayBack: true })).rejects.toThrow(/127\.0\.0\.1/);
  });

  test("the schema step asks neither database nor cluster, and keeps what was known of the schema (S-48)", async () => {
    const skipped = "1.1.0 is left, and going back to 1.0.0 leaves the schema as it is";
    const input = schemaInputSchema.parse({
      context: "nowhere",
      namespace: "smoltbot",
      gateway: "smoltbot",
      instance: "smoltbot",
      job: "migrate",
      release: "1.0.0",
      gatewaySelector: {},
      gatewayContainer: "gateway",
      source: { kind: "url" },
      trackingTable: "_schema_migrations",
      cameBack,
    });
    expect(await runSchema(input, io())).toEqual({ head: "004.sql", applied: [], skipped });
    expect(said).toEqual([skipped]);
  });

  test("the verification holds nothing against the release, and says since when the schema is known", async () => {
    const task = {
      source: { kind: "url" },
      trackingTable: "_schema_migrations",
    } as VerificationTask;
    expect(await readHead({ ...task, cameBack }, io(), openPlatform)).toEqual({
      head: "004.sql",
      seenAt: "2026-05-30T12:00:00Z",
      faults: [],
    });
    expect(said[0]).toMatch(/what was known on 2026-05-30T12:00:00Z counts$/);
    expect((await readHead(task, io(), openPlatform)).faults).toMatchObject([{ kind: "schema" }]);
  });
});
