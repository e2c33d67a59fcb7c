import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schemaLockKey, takeLock, withAdvisoryLock } from "../../components/postgres/advisory-lock";
import { openDatabase } from "../../components/postgres/database";
import { freeBytesAt, readDatabaseFacts } from "../../components/postgres/read-database-facts";
import { openSession } from "../../components/postgres/session";
import { startPrivateServer, type PrivateServer } from "../lab/private-server";

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivateServer();
  await server.sql("postgres", "CREATE DATABASE shop;");
});
afterAll(() => server.remove());

const environment = () => ({ ...process.env, DATABASE_URL: server.url("shop") });
const shop = () => openDatabase({ kind: "url" }, environment());
const isMigrating = async () =>
  (
    await readDatabaseFacts({ kind: "url" }, environment(), {
      trackingTable: "_schema_migrations",
      freeBytes: () => freeBytesAt("/nowhere/dumps"),
    })
  ).migrating;

describe("the schema lock", () => {
  test("is seen by a look, and held by one at a time (law 2)", async () => {
    const database = shop();
    await withAdvisoryLock(database, { label: "first run" }, async () => {
      expect(await isMigrating()).toBe(true);
      const second = withAdvisoryLock(database, { label: "second", seconds: 1 }, () =>
        Promise.resolve(),
      );
      await expect(second).rejects.toThrow(
        /still held after 1 s by pid \d+ \(first run from 127\.0\.0\.1/,
      );
    });
    expect(await isMigrating()).toBe(false);
  });

  test("is waited for", async () => {
    const database = shop();
    const order: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const started = new Promise<void>((begun) => {
      void withAdvisoryLock(database, { label: "a" }, async () => {
        begun();
        await held;
        order.push("first");
      });
    });
    await started;
    const second = withAdvisoryLock(database, { label: "b", seconds: 30 }, () =>
      Promise.resolve(order.push("second")),
    );
    release();
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("that is lost with its connection is told to the work", async () => {
    const database = shop();
    await withAdvisoryLock(database, { label: "doomed" }, async (lost) => {
      const told = new Promise((resolve) => {
        lost.addEventListener("abort", resolve);
      });
      await server.sql(
        "postgres",
        "DO $$BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'doomed'; END$$;",
      );
      await told;
    });
  });

  test("of a machine that is cut off is let go after its silence, and the next run takes it (law 2, S-14)", async () => {
    const session = openSession(shop(), "cut off");
    const lock = { what: "the lock", holder: "migration", seconds: 5, forgottenAfter: 1 };
    await takeLock(session, shop(), schemaLockKey, lock);
    const next = withAdvisoryLock(shop(), { label: "next", seconds: 30 }, () =>
      Promise.resolve("went on"),
    );
    await expect(next).resolves.toBe("went on");
    await expect(session.query("SELECT 1;")).rejects.toThrow(/idle-session timeout/);
    await session.close();
  });
});
