import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { podSource, standInDatabase, type StandInDatabase } from "../stand-in-psql";
import { clusterOf, downInput, goDownIn, liveGateway, type LiveGateway } from "./down-world";

describe("a schema step over a table that holds one revision (T-30)", () => {
  let database: StandInDatabase;
  beforeEach(async () => {
    database = await standInDatabase();
  });
  afterEach(() => database.remove());

  const migrate = async (from: string, to: string, job: LiveGateway["job"] = "suspended") => {
    await (from === "" ? database.migrations() : database.migrations(from));
    const live = liveGateway({ job });
    const goTo = () => database.migrations(to);
    const { change } = clusterOf(live, { goTo });
    const input = downInput(podSource, {}, { down: undefined, revisions: ["r1", "r2", "r3"] });
    const findContainer = () => Promise.resolve(database.container);
    const run = await goDownIn({ ...change, findContainer }, input, database.env);
    return { ...run, live };
  };

  test("says which revisions were applied, though the table names the last one alone", async () => {
    const { result, said } = await migrate("r1", "r3");
    expect(result).toEqual({ head: "r3", applied: ["r2", "r3"] });
    expect(said).toContain("2 migrations applied, up to r3");
    expect((await migrate("", "r3")).result).toEqual({ head: "r3", applied: ["r1", "r2", "r3"] });
  });

  test("starts no Job where the last revision of the release is there", async () => {
    const { result, live } = await migrate("r3", "r3");
    expect(result).toMatchObject({ head: "r3", applied: [] });
    expect(live.runs).toBe(0);
  });

  test("runs a Job again that has completed before the schema went down", async () => {
    const { result, said, live } = await migrate("r1", "r3", "complete");
    expect(said[0]).toBe("Job down has completed before, and the schema is at r1; making it again");
    expect(result).toMatchObject({ head: "r3" });
    expect(live.runs).toBe(1);
  });

  test("calls no migration done that has not brought the last revision", async () => {
    const { result } = await migrate("r1", "r2");
    expect(result).toContain("is at r2 instead of r3, the last one of 0.1.0");
  });

  test("refuses a schema that the release does not know, and one of two heads", async () => {
    expect((await migrate("r9", "r9")).result).toContain(
      "the schema is at r9, which 0.1.0 does not know",
    );
    await database.migrations("r2", "r9");
    const input = downInput(podSource, {}, { down: undefined });
    const { change } = clusterOf(liveGateway(), { goTo: () => Promise.resolve() });
    const findContainer = () => Promise.resolve(database.container);
    const { result } = await goDownIn({ ...change, findContainer }, input, database.env);
    expect(result).toContain("names r2 and r9, where one revision is expected");
  });
});
