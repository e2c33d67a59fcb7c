import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { withAdvisoryLock } from "../../components/postgres/advisory-lock";
import { openSession } from "../../components/postgres/session";
import { restoreWorld } from "./restore-world";

const world = restoreWorld();
const { as, cluster, open, restore, server, state } = world;

describe("a restore that fails before the databases change places leaves everything as it was, and says why (S-44)", () => {
  const fails = async (words: RegExp | string, work: () => Promise<unknown>) => {
    const before = await state();
    await expect(work()).rejects.toThrow(words);
    expect(await state()).toEqual(before);
  };

  test("where a pod of the newer release does not end in time", async () => {
    cluster().stubborn.add("gateway-1");
    await fails(
      /still there after 2 s: gateway-1; undone: dropped shop_restoring_[0-9a-f]{8}, scaled gateway to 3 replicas, scaled observer to 1 replicas/,
      () => restore({ deadlineSeconds: 2 }),
    );
  });

  test("where a Deployment is missing", () =>
    fails("there is no Deployment smoltbot/typo to stop", () =>
      restore({ deployments: ["typo"] }),
    ));

  test("where the role may make no database", async () => {
    await server().sql("postgres", "ALTER ROLE app NOCREATEDB; GRANT pg_signal_backend TO app;");
    await fails('ALTER ROLE "app" CREATEDB', () => restore({}, as("app")));
    await server().sql("postgres", "ALTER ROLE app CREATEDB;");
  });

  test("where the role does not own the database", async () => {
    await server().sql(
      "postgres",
      "GRANT CONNECT ON DATABASE shop TO other; ALTER ROLE other CREATEDB;",
    );
    await server().sql("shop", "GRANT SELECT ON _schema_migrations TO other;");
    await fails('GRANT "app" TO "other"', () => restore({}, as("other")));
  });

  test("where a superuser holds the database, whom our role may not end", async () => {
    const session = openSession(open("admin"), "repair");
    await session.query("SELECT 1;");
    await fails(/end pid \d+ \(repair, role admin\), which only a superuser may end/, () =>
      restore({}, as("app")),
    );
    await session.close();
  });

  test("where a role that the dump names is gone", async () => {
    await server().sql("shop", "REVOKE ALL ON agents FROM reader;");
    await server().sql("made", "REVOKE ALL ON agents FROM reader;");
    await server().sql("postgres", "REVOKE ALL ON DATABASE shop FROM reader; DROP ROLE reader;");
    await fails('role "reader" does not exist', () => restore());
    await server().sql("postgres", "CREATE ROLE reader;");
  });

  test("where a migration is running", async () => {
    await withAdvisoryLock(open(), { label: "migration" }, () =>
      fails("a migration of database shop is running", () => restore()),
    );
  });

  test("where it is asked to stop while the writers are being stopped", async () => {
    cluster().stubborn.add("gateway-1");
    const stop = new AbortController();
    await fails("the restore was stopped before its end; undone: ", () =>
      restore(
        {},
        {
          signal: stop.signal,
          say: (line) => {
            if (line.includes("waiting for pods")) stop.abort();
          },
        },
      ),
    );
  });

  test("where the server dies while the rows are restored, and comes back", async () => {
    const reached = join(world.dumps(), "reached");
    await world.fake("pg_restore", `touch ${reached}; sleep 3; exec "$real" "$@"`);
    const crash = vi
      .waitFor(() => stat(reached), { timeout: 30_000, interval: 50 })
      .then(server().crash)
      .then(server().start);
    await fails(/undone: dropped shop_restoring_[0-9a-f]{8}\. Fix/, () => restore());
    await crash;
  });

  test("where the restored copy lacks a row", async () => {
    await world.afterRestore("DELETE FROM sessions WHERE id = 17");
    await fails("table public.sessions has 4000 rows, its copy 3999", () => restore());
  });
});
