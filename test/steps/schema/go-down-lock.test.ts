import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { podSource, standInDatabase, type StandInDatabase } from "../stand-in-psql";
import { clusterOf, downInput, goDownIn, liveGateway } from "./down-world";

/** What it does not prove: that PostgreSQL lets a lock go, which the lab shows. */
describe("a schema step that goes down and loses its lock", () => {
  let database: StandInDatabase;
  const goTo = (revision: string) =>
    revision === "" ? database.migrations() : database.migrations(revision);
  beforeEach(async () => {
    database = await standInDatabase();
    await goTo("r3");
  });
  afterEach(() => database.remove());

  test.each([
    ["before anything is stopped", "checkStop", "serving"],
    ["once what writes is stopped", "stop", "stopped"],
  ] as const)(
    "lets nothing go down without its lock, and starts nothing beside the run that has it by then: lost %s (S-32)",
    async (_, call, writers) => {
      const live = liveGateway();
      const { change } = clusterOf(live, { goTo });
      const own = change.writers();
      const losing = {
        ...own,
        [call]: async (seconds: number) => {
          await own[call](seconds);
          await database.loseLock();
        },
      };
      const findContainer = () => Promise.resolve(database.container);
      const cluster = { ...change, findContainer, writers: () => losing };
      const { result } = await goDownIn(cluster, downInput(podSource), database.env);
      expect(result).toContain("the schema lock of database shop in pod a/postgres-0 was lost");
      expect(result).toContain("nothing was undone, as another run may go down");
      expect(live).toMatchObject({ writers, runs: 0, job: "suspended" });
    },
  );
});
