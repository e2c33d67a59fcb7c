import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { openSession } from "../../components/postgres/session";
import { replicasBefore } from "../../components/kubernetes/objects/remembered-replicas";
import { password } from "../lab/private-server";
import { restoreWorld } from "./restore-world";

const world = restoreWorld();
const { as, cluster, contents, databases, dump, manifest, open, restore, said, server, state } =
  world;

const stopped = {
  gateway: { replicas: 0, [replicasBefore]: "3, rollout due" },
  observer: { replicas: 0, [replicasBefore]: "1, rollout due" },
};

describe("a restore", () => {
  test("puts the dump's rows in place, keeps the newer database, and leaves the writers stopped (S-44, T-12)", async () => {
    const before = await contents("shop");
    const result = await restore();
    const { rows } = await manifest();
    expect(result).toEqual({
      restored: dump(),
      rows,
      kept: expect.stringMatching(/^shop_before_1\.2\.0_\d{14}$/) as string,
      quiescedSeconds: expect.any(Number) as number,
    });
    const { kept } = result as { kept: string };
    expect(await databases()).toEqual(["shop", kept]);
    expect(await contents(kept)).toBe(before);
    expect(await contents("shop")).toMatch(
      /^_schema_migrations 1 .*, agents 500 .*, sessions 4000 /,
    );
    expect(cluster().state()).toEqual(stopped);
    expect(said().at(-1)).toContain(`the data of before lies in database ${kept}`);
  });

  test("gives the restored database the owner, privileges, settings and comment of the live one, and its objects theirs", async () => {
    const { properties } = await state();
    await restore();
    expect((await state()).properties.split("\n")[0]).toBe(
      properties.replace(/of the shop.*/, "of the shop"),
    );
    const owners =
      "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'public';";
    expect(await server().sql("shop", owners)).toBe("app");
    expect(
      await server().sql("shop", "SELECT has_table_privilege('reader', 'agents', 'SELECT');"),
    ).toBe("t");
  });

  test("that is done is not done twice (law 2)", async () => {
    await restore();
    const once = await state();
    expect(await restore()).toEqual({
      skipped: expect.stringContaining(`shop was restored from ${dump()} before`) as string,
    });
    expect(await state()).toEqual(once);
  });

  test("that is done and not rolled out yet stays so when one of another dump fails: nothing newer is started on older data (S-44, T-12)", async () => {
    await restore();
    const once = await state();
    await expect(restore({ dump: dump().replace("2.0.0", "3.0.0") })).rejects.toThrow(
      "left gateway stopped, whose rollout after an earlier restore is still due",
    );
    expect(await state()).toEqual(once);
    expect(cluster().state()).toEqual(stopped);
  });

  test("of the same dump is done again once its major was installed again", async () => {
    await restore();
    await server().sql("shop", "INSERT INTO _schema_migrations (filename) VALUES ('010.sql');");
    // A second later the kept database has another name.
    await vi.waitUntil(
      async () => (await databases()).every((name) => !name.endsWith(now())),
      3000,
    );
    expect(await restore()).toMatchObject({ restored: dump() });
    expect(await databases()).toHaveLength(3);
  });

  test("goes through the pod that the database runs in (S-04)", async () => {
    const { port } = new URL(server().url("shop"));
    await world.replace(
      "kubectl",
      `case "$*" in *"get pods "*) echo -n postgres-0; exit ;; esac
while [ "$1" != -- ]; do shift; done; shift
export PGHOST=127.0.0.1 PGPORT=${port} PGPASSWORD='${password.replaceAll("'", `'\\''`)}'
exec "$@"`,
    );
    const source = {
      kind: "pod",
      namespace: "smoltbot",
      selector: "app=postgres",
      database: "shop",
      user: "admin",
    };
    expect(await restore({ source })).toMatchObject({ restored: dump() });
  });

  test("of a dump in plain SQL comes out the same", async () => {
    await restore();
    for (const file of await world.left()) await rm(join(world.dumps(), file));
    const saved = await world.saveShop(world.dumps(), { format: "plain" });
    await server().sql(
      "shop",
      "UPDATE agents SET note = 'x'; INSERT INTO _schema_migrations (filename) VALUES ('010.sql');",
    );
    const name = saved.path.slice(world.dumps().length + 1);
    await vi.waitUntil(async () => (await databases()).every((one) => !one.endsWith(now())), 3000);
    expect(await restore({ dump: name })).toMatchObject({ restored: name, rows: saved.rows });
  });

  test("by an owner who is no superuser needs no more than CREATEDB", async () => {
    await server().sql("postgres", "GRANT pg_signal_backend TO app;");
    expect(await restore({}, as("app"))).toMatchObject({ restored: dump() });
  });

  test("ends the sessions that hold the database, and lets in nobody until it is done", async () => {
    const idle = openSession(open("admin"), "forgotten psql");
    await idle.query("BEGIN; SELECT 1 FROM public.agents;");
    const pool = world.knock(open("app"));
    await restore();
    expect(said().join("\n")).toMatch(
      /ending pid \d+ \(forgotten psql, role admin, from 127\.0\.0\.1\)/,
    );
    await idle.close();
    expect(await pool.stop()).toBeGreaterThan(0);
  });

  test("waits for one that is under way, and finds it done (law 2)", async () => {
    const results = await Promise.all([restore(), restore()]);
    expect(results.filter((result) => "restored" in result)).toHaveLength(1);
    expect(await databases()).toHaveLength(2);
  });

  test("lets go of the replicas, so that the next apply decides on them without a conflict", async () => {
    await restore();
    for (const { managers } of cluster().deployments.values())
      expect(managers).toEqual(["applier"]);
  });

  test("shows no password (law 6)", async () => {
    const result = await restore();
    const told = [...said(), JSON.stringify(result), JSON.stringify(await state())].join("\n");
    expect(told).not.toContain(password);
    expect(told).not.toContain(encodeURIComponent(password));
  });
});

const now = () => new Date().toISOString().replace(/\D/g, "").slice(0, 14);
