import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withMark } from "../../components/postgres/restore-mark";
import { runRestore } from "../../components/steps/restore";
import { restoreInputSchema } from "../../components/steps/restore-input";
import { memoryPlatform } from "./memory-platform";
import { podSource, standInDatabase, type StandInDatabase } from "./stand-in-psql";

const dump = "smoltbot-prod-20260102t030405z-before-2.0.0.dump.zst";
const mark = { dump, sha256: "a", rows: 7, kept: "shop_before_1", undone: "" };

/** What is seen of a database that nothing keeps from being restored. */
const seen = (change: object = {}) => ({
  ...{ encoding: "UTF8", datcollate: "C", datctype: "C", open: true, comment: "", bytes: 1 },
  ...{ server: "15.18", migrating: false, followers: [] },
  properties: { owner: "app", tablespace: "pg_default", limit: -1, grants: null, settings: [] },
  rights: {
    ...{ role: "app", database: "shop", owner: "app", superuser: true, createDatabase: true },
    ...{ owns: true, signals: true, sessions: [], prepared: [] },
  },
  ...change,
});

/** What it does not prove: that databases change places, which the lab shows with a server. */
describe("a restore on a platform in memory", () => {
  let database: StandInDatabase;
  beforeEach(async () => {
    database = await standInDatabase();
    await database.migrations("008.sql");
  });
  afterEach(() => database.remove());

  const restore = async () => {
    const { open, calls } = memoryPlatform([], {
      findContainer: () => Promise.resolve(database.container),
    });
    const said: string[] = [];
    const input = restoreInputSchema.parse({
      ...{ namespace: "a", gateway: "smoltbot", stack: "prod", release: "1.2.0", dump },
      ...{ directory: database.home, source: podSource, deployments: ["gateway"] },
      trackingTable: "_schema_migrations",
    });
    const io = { env: database.env, say: (line: string) => void said.push(line) };
    return { result: await runRestore(input, io, open).catch(String), said, calls };
  };

  test("that is done already stops nobody, and leaves the writers to the rollout (S-44, law 2)", async () => {
    await database.live(seen({ comment: withMark("", mark) }));
    const { result, calls } = await restore();
    expect(result).toEqual({
      skipped: `shop was restored from ${dump} before; the data of before lies in database shop_before_1 of that server`,
    });
    expect(calls).toEqual(["keep stopped"]);
  });

  test("that failed after the databases had changed places leaves the writers to the rollout: an earlier release may not start on what it restored (S-44, law 2)", async () => {
    await database.live(seen());
    await database.later(seen({ comment: withMark("", mark) }));
    const { result, calls } = await restore();
    expect(result).toEqual({ skipped: expect.stringContaining(`restored from ${dump}`) as string });
    expect(calls).toEqual(["keep stopped"]);
  });

  test("that the live database does not allow changes nothing, and starts what a killed run has stopped (law 2)", async () => {
    await database.live(seen({ migrating: true }));
    const { result, calls } = await restore();
    expect(result).toBe(
      "StepFailure: a migration of database shop is running; undone: scaled gateway to 2 replicas. Fix: wait for it to end, then run this again.",
    );
    expect(calls).toEqual(["start"]);
  });

  test("of a dump that is not there stops nobody before it is found out (S-44)", async () => {
    await database.live(seen());
    const { result, calls } = await restore();
    expect(result).toContain(dump);
    expect(calls).toEqual(["start"]);
  });
});
