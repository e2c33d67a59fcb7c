import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { podSource, standInDatabase, type StandInDatabase } from "../stand-in-psql";
import {
  clusterOf,
  downInput,
  goDownIn,
  liveGateway,
  type Kill,
  type LiveGateway,
} from "./down-world";

/** What it does not prove: transactions of PostgreSQL and rows that are saved, which the lab shows. */
describe("a schema step that goes down (B-29, T-19, T-26)", () => {
  let database: StandInDatabase;
  let head = "";
  const goTo = async (revision: string) => {
    head = revision;
    await (revision === "" ? database.migrations() : database.migrations(revision));
  };
  beforeEach(async () => {
    database = await standInDatabase();
    await goTo("r3");
  });
  afterEach(() => database.remove());

  const run = (
    live: LiveGateway,
    { kill, down, more }: { kill?: Kill; down?: object; more?: object } = {},
  ) => {
    const cluster = clusterOf(live, { goTo }, kill);
    const change = {
      ...cluster.change,
      findContainer: () => Promise.resolve(database.container),
      runningImages: () => Promise.resolve([]),
    };
    const done = goDownIn(change, downInput(podSource, down, more), database.env);
    return { done, cluster };
  };

  test("stops what writes, lets the newer image take the schema down, proves where it is, and leaves the start to the rollout", async () => {
    const live = liveGateway();
    const { result, said } = await run(live).done;
    expect(result).toMatchObject({ head: "r1", applied: [], undone: ["r3", "r2"] });
    expect(live).toMatchObject({ writers: "kept stopped", runs: 1 });
    expect(said).toEqual([
      "starting Job down",
      "the schema went down from r3 to r1; 0.1.0 starts what was stopped",
    ]);
  });

  test("finds nothing to do where the schema is down already, and stops nothing", async () => {
    await goTo("r1");
    const live = liveGateway();
    const { result, said } = await run(live).done;
    expect(result).toEqual({ head: "r1", applied: [], undone: [] });
    expect(said).toEqual(["the schema is at r1, the last revision of 0.1.0"]);
    expect(live).toMatchObject({ writers: "serving", runs: 0 });
  });

  test("refuses by itself, whatever the consent, a schema that the image does not know", async () => {
    await goTo("r9");
    const live = liveGateway();
    const { result } = await run(live).done;
    expect(result).toContain("the schema is at r9, which the image of 0.3.0 does not know");
    expect(live).toMatchObject({ writers: "serving", runs: 0 });
  });

  test("leaves a schema alone that is not past the wanted revision", async () => {
    await goTo("r1");
    const down = { revision: "r2" };
    const live = liveGateway();
    const { result, said } = await run(live, { down }).done;
    expect(result).toMatchObject({ head: "r1", undone: [] });
    expect(said).toEqual(["the schema is at r1, which is not past r2: it does not go down"]);
    await goTo("");
    expect((await run(live).done).said[0]).toContain("at no revision");
  });

  test("lets the newer release serve again where the Job fails", async () => {
    const live = liveGateway({ fault: "BackoffLimitExceeded" });
    const { result } = await run(live).done;
    expect(result).toContain("BackoffLimitExceeded");
    expect(result).toContain("undone: scaled api to 2 replicas");
    expect(result).toContain("or set the version back to 0.3.0");
    expect(live).toMatchObject({ writers: "serving", job: "missing" });
  });

  test("fails where the Job completes and the schema is elsewhere, and leaves what writes stopped", async () => {
    const live = liveGateway();
    const cluster = clusterOf(live, { goTo: () => goTo("r2") });
    const change = { ...cluster.change, findContainer: () => Promise.resolve(database.container) };
    const { result } = await goDownIn(change, downInput(podSource), database.env);
    expect(result).toContain("Job down has completed, and the schema is at r2 instead of r1");
    expect(result).toContain("the schema is at r2 now, and what writes to it stays stopped");
    expect(live.writers).toBe("stopped");
  });

  test("fails where the Job has emptied the schema, and says so", async () => {
    const live = liveGateway();
    const cluster = clusterOf(live, { goTo: () => goTo("") });
    const change = { ...cluster.change, findContainer: () => Promise.resolve(database.container) };
    const { result } = await goDownIn(change, downInput(podSource), database.env);
    expect(result).toContain("Job down has completed, and the schema is at no revision instead");
    expect(result).toContain("the schema is at no revision now, and what writes to it stays");
  });

  test("waits for a migration that a killed run to another release has left running, before it stops anything", async () => {
    const live = liveGateway({ others: [["up-0-3-0"], []] });
    const { said } = await run(live).done;
    expect(said[0]).toBe("waiting for another migration to end: up-0-3-0");
  });

  test("runs a Job again that has completed before an upgrade has moved the schema on", async () => {
    const live = liveGateway({ job: "complete" });
    const { said } = await run(live).done;
    expect(said[0]).toBe(
      "Job down has completed before, and the schema has moved on since; making it again",
    );
    expect(live.writers).toBe("kept stopped");
  });

  test("follows a Job that a killed run has started", async () => {
    const live = liveGateway({ job: "active", writers: "stopped" });
    const { change } = clusterOf(live, { goTo });
    const job = change.migration();
    const look = async () => {
      await goTo("r1");
      live.job = "complete";
      return job.look();
    };
    const findContainer = () => Promise.resolve(database.container);
    const runningImages = () => Promise.resolve([]);
    const cluster = {
      ...change,
      findContainer,
      runningImages,
      migration: () => ({ ...job, look }),
    };
    const { result, said } = await goDownIn(cluster, downInput(podSource), database.env);
    expect(said).toContain("Job down runs already");
    expect(result).toMatchObject({ head: "r1" });
    expect(live).toMatchObject({ writers: "kept stopped", runs: 0 });
  });

  test("begins anew where somebody has started what writes beside the Job of a killed run: its dump and its file lack what was written since (law 4)", async () => {
    const live = liveGateway({ job: "active" });
    const { change } = clusterOf(live, { goTo });
    const findContainer = () => Promise.resolve(database.container);
    const runningImages = () => Promise.resolve(live.writers === "serving" ? ["api:0.3.0"] : []);
    const cluster = { ...change, findContainer, runningImages };
    const { result, said } = await goDownIn(cluster, downInput(podSource), database.env);
    expect(said.slice(0, 2)).toEqual([
      "Job down was started by a run that was killed, and what writes serves again since; ending it and saving anew",
      "Job down is gone; making it again",
    ]);
    expect(result).toMatchObject({ head: "r1", undone: ["r3", "r2"] });
    expect(live).toMatchObject({ writers: "kept stopped", runs: 1 });
  });

  test("ends the Job and lets the newer release serve again where it is asked to stop", async () => {
    const live = liveGateway();
    const asked = new AbortController();
    const { change } = clusterOf(live, { goTo });
    const job = change.migration();
    const start = () => {
      live.job = "active";
      setTimeout(() => {
        asked.abort(new Error("asked to end"));
      }, 50);
      return Promise.resolve();
    };
    const findContainer = () => Promise.resolve(database.container);
    const cluster = { ...change, findContainer, migration: () => ({ ...job, start }) };
    const input = downInput(podSource);
    const { result } = await goDownIn(cluster, input, database.env, asked.signal);
    expect(result).toContain(
      "the way down was stopped before its end; undone: scaled api to 2 replicas",
    );
    expect(live).toMatchObject({ writers: "serving", job: "missing" });
    expect(head).toBe("r3");
  });

  test("takes a way down for done that was committed although the answer was lost", async () => {
    const live = liveGateway();
    const { change } = clusterOf(live, { goTo });
    const job = change.migration();
    const start = async () => {
      await goTo("r1");
      live.job = "failed";
    };
    const findContainer = () => Promise.resolve(database.container);
    const cluster = { ...change, findContainer, migration: () => ({ ...job, start }) };
    const { result, said } = await goDownIn(cluster, downInput(podSource), database.env);
    expect(result).toEqual({ head: "r1", applied: [], undone: ["r3", "r2"] });
    expect(said.at(-1)).toContain("the schema went down to r1 for all that");
    expect(live.writers).toBe("kept stopped");
  });

  test("migrates afterwards to the wanted release where it is not told to end with the way down", async () => {
    const live = liveGateway();
    const { result } = await run(live, { down: { alone: false } }).done;
    expect(result).toMatchObject({
      ...{ head: "r1", applied: [], undone: ["r3", "r2"] },
      skipped: "the schema is at r1, the last revision of 0.1.0",
    });
  });

  test("refuses rows that would go where no place for them is known", async () => {
    const live = liveGateway();
    const { result } = await run(live, { down: { deletes: ["places"] } }).done;
    expect(result).toContain("places hold rows that would go, and no place for them is known");
    expect(live).toMatchObject({ writers: "serving", runs: 0 });
  });

  test("killed at any call and run again, it comes to the same end", async () => {
    const whole = run(liveGateway());
    await whole.done;
    const calls = whole.cluster.calls();
    expect(calls).toBe(3);
    for (let call = 1; call <= calls; call += 1) {
      for (const behind of [false, true]) {
        await goTo("r3");
        const live = liveGateway();
        await run(live, { kill: { call, behind } }).cluster.hit;
        const { result } = await run(live).done;
        const words = `killed ${behind ? "behind" : "before"} call ${call}`;
        expect(result, words).toMatchObject({ head: "r1" });
        expect(live, words).toMatchObject({ writers: "kept stopped", job: "complete", runs: 1 });
        expect(head, words).toBe("r1");
      }
    }
  });
});
