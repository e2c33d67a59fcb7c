import { afterEach, expect, test, vi } from "vitest";
import { observed, unavailable } from "../../components/upgrade/observation";
import type { CoreFacts } from "../../components/upgrade/facts";
import { databaseFacts } from "../upgrade/gates/facts";
import { ask, evidence, rendering, saidBy } from "./ask-gates";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What stops a run back from 0.11.0, which was verified, of all that is about the database. */
async function stops(version: string, database: CoreFacts["database"]) {
  const own = observed({ ...evidence, version: "0.11.0" });
  const { findings } = await ask({}, { bamf: { version }, facts: { own, database } });
  return findings
    .filter(({ gate }) => ABOUT_DATABASE.includes(gate))
    .filter(({ verdict }) => verdict === "block" || verdict === "unknown")
    .map(({ gate, found }) => `${gate}: ${found}`);
}

const ABOUT_DATABASE = ["schema-head", "database", "restore", "hop", "schema-origin"];
const at = (...migrations: readonly string[]) => databaseFacts({ database: "bamf", migrations });

test.each<[string, CoreFacts["database"]]>([
  ["answers", at("c4f5a6b7")],
  ["does not answer", unavailable("refused")],
  ["is reached by a Job alone", undefined],
  ["names a second revision, which somebody has written", at("a2b3c4d5", "c4f5a6b7")],
])(
  "going back to a release of the same schema waits for nothing from a database that %s (S-48, B-27)",
  async (_, database) => {
    expect(await stops("0.10.0", database)).toEqual([]);
  },
);

test("going back to a release of another schema is refused where nobody can look, or where nobody knows the revision (B-27)", async () => {
  expect(await stops("0.9.1", unavailable("refused"))).toContain(
    "schema-head: no look at its revision: refused",
  );
  expect(await stops("0.10.0", at("feedbeef"))).toContain(
    "restore: no look at what going back takes: nothing is known of revision feedbeef",
  );
  expect(await stops("0.10.0", databaseFacts({ migrations: undefined }))).toContain(
    "restore: no look at what going back takes: the database names no revision",
  );
});

test("a way down whose image is nowhere any more is refused before anything is stopped, and only where the schema goes down (B-29, T-07)", async () => {
  const older = JSON.parse(
    JSON.stringify(rendering).replaceAll("v0.11.0", "v0.9.1"),
  ) as typeof rendering;
  const downgrade = { release: "0.9.1", from: "0.10.0", revision: "a2b3c4d5", reason: "INC-7" };
  const gone = "ghcr.io/mattrobinsonsre/bamf-api:v0.10.0";
  const found = async (head: string) =>
    saidBy(
      "image-exists",
      await ask(
        {},
        {
          bamf: { version: "0.9.1", consents: { downgrade } },
          rendering: older,
          facts: {
            database: at(head),
            images: { [gone]: observed({ exists: false, digests: [] }) },
          },
        },
      ),
    ).filter((line) => line.includes(gone));
  const [said = "", ...more] = await found("c4f5a6b7");
  expect(said).toMatch(/^block Job\/bamf-downgrade-0-9-1-\w+ container api: image /);
  expect(said).toContain(`${gone}, which its registry does not have`);
  expect(more).toEqual([]);
  expect(await found("a2b3c4d5")).toEqual([]);
});
