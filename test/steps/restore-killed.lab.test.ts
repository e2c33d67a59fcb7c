import { stat } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { openSession } from "../../components/postgres/session";
import { replicasBefore } from "../../components/kubernetes/objects/remembered-replicas";
import { restoreWorld } from "./restore-world";

const world = restoreWorld();
const { cluster, contents, databases, manifest, restore, server, start } = world;

/** A line that the step says, or its first look at the pods. */
type Moment = RegExp | "pods";

/** Where a restore may stand when it is killed: at a line that it says, or at a call to the cluster. */
const moments: readonly [string, Moment][] = [
  ["while it reads the dump", /^reading /],
  ["as it begins to restore", /^restoring into/],
  ["as it begins to compare", /comparing every row/],
  ["when the copy is proven", /^proven: /],
  ["before the first writer is stopped", /^stopping gateway/],
  ["when one writer is stopped", /^stopping observer/],
  ["when the cluster is asked for pods", "pods"],
  ["while it waits for pods to be gone", /^waiting for pods/],
  ["while it ends sessions", /^ending pid/],
  ["right after the databases changed places", /is restored; the data of before/],
];

/** Runs the step, and kills it with SIGKILL at a moment. */
async function killed(moment: Moment): Promise<number | null> {
  const step = start({}, (said) => {
    if (moment !== "pods" && moment.test(said)) step.child.kill("SIGKILL");
  });
  cluster().onCall = (_, path) => {
    if (moment === "pods" && path.endsWith("/pods")) step.child.kill("SIGKILL");
  };
  const { code } = await step.ended;
  cluster().onCall = undefined;
  return code;
}

/** What holds once the restore is done, however it got there. */
async function expectDone(newer: string): Promise<void> {
  const [live, kept, ...more] = await databases();
  expect([live, more]).toEqual(["shop", []]);
  expect(kept).toMatch(/^shop_before_1\.2\.0_\d{14}$/);
  expect(await contents(kept!)).toBe(newer);
  const { tables } = await manifest();
  const counts = tables.map(({ name, rows }) => `${name.replace("public.", "")} ${rows}`);
  for (const count of counts) expect(await contents("shop")).toContain(count);
  expect(await contents("shop")).not.toContain("conversations");
  const closed =
    "SELECT count(*) FROM pg_database WHERE NOT datallowconn AND datname LIKE 'shop%';";
  expect(await server().sql("postgres", closed)).toBe("0");
  expect(cluster().state()).toEqual({
    gateway: { replicas: 0, [replicasBefore]: "3, rollout due" },
    observer: { replicas: 0, [replicasBefore]: "1, rollout due" },
  });
}

/** A session that holds the live database, so that there is one to end. */
async function hold(): Promise<() => Promise<void>> {
  const session = openSession(world.open(), "holder");
  await session.query("SELECT 1;");
  return session.close;
}

describe("a restore that is killed and run again changes places exactly once (S-44, law 2)", () => {
  test.each(moments)("%s", async (_, moment) => {
    const newer = await contents("shop");
    const letGo = await hold();
    const code = await killed(moment);
    const result = await restore();
    await letGo();
    // At its very end it may have been faster than we.
    if ("restored" in result) expect(code).toBeNull();
    await expectDone(newer);
  });

  test.each([1000, 1500, 2000, 2500, 3000, 3500])(
    "%d ms after its start, wherever that is",
    async (after) => {
      const newer = await contents("shop");
      const step = start();
      setTimeout(() => step.child.kill("SIGKILL"), after);
      await step.ended;
      await restore();
      await expectDone(newer);
    },
  );

  test("in the very statement that changes their names", async () => {
    const newer = await contents("shop");
    // The server takes its time over the change; whoever is killed meanwhile has left it to the server.
    await world.fake(
      "psql",
      `exec "$real" "$@" < <(while IFS= read -r line; do echo "$line"; case "$line" in "COMMENT ON DATABASE"*) touch ${world.dumps()}/changing; sleep 1 ;; esac; done)`,
    );
    const step = start();
    await vi.waitFor(() => stat(`${world.dumps()}/changing`), { timeout: 60_000, interval: 20 });
    step.child.kill("SIGKILL");
    await step.ended;
    await world.real("psql");
    expect(await restore()).toHaveProperty("skipped");
    await expectDone(newer);
  });
});
