import { expect, test, vi } from "vitest";
import { readDatabaseFacts } from "../../components/postgres/read-database-facts";
import type { Container } from "../../components/upgrade/platform";

test("a look at a database in a container that says nothing any more leaves no program behind, by which a preview would never end", async () => {
  const container: Container = {
    words: "pod a/postgres-0",
    command: () => ({ file: "sleep", args: ["30"] }),
    reachFix: "grant pods/exec",
  };
  const programs = () =>
    process.getActiveResourcesInfo().filter((one) => one === "ProcessWrap").length;
  const before = programs();
  const look = readDatabaseFacts({ kind: "container", container, database: "shop" }, process.env, {
    freeBytes: () => Promise.resolve(undefined),
    trackingTable: "_schema_migrations",
    seconds: 0.5,
  });
  await expect(look).rejects.toThrow("the database has not answered within 0.5 s");
  await vi.waitFor(
    () => {
      expect(programs()).toBe(before);
    },
    { timeout: 10_000 },
  );
});
