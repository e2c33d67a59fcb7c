import { describe, expect, test } from "vitest";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { needsNoDatabase } from "../../../components/upgrade/plan/came-back";
import { describePlan } from "../../../components/upgrade/plan/describe-plan";
import {
  deletedBelow,
  hopsInPlan,
  isKnownSchema,
  releaseAhead,
  revisionsOf,
  type HopQuestion,
} from "../../../components/upgrade/plan/hops";
import { planUpgrade, type PlanArgs } from "../../../components/upgrade/plan/plan";
import { knownHops } from "./known-hops";

const atStake = { countable: true, total: 3, tables: [{ name: "places", rows: 3 }] } as const;
const silent = unavailable("no answer");
const seenAt = "2026-05-30T12:00:00Z";

/** A plan of a product that knows its hops, with the database at that revision, or silent. */
const plan = (
  wanted: string,
  verified: string,
  head: string | undefined,
  more: Partial<Omit<PlanArgs, "hops">> & Partial<HopQuestion> = {},
) => {
  const migrations = head === undefined ? silent : observed(head === "" ? undefined : [head]);
  const question = {
    ...{ hops: knownHops, wanted, migrations, migrated: [], present: [verified], atStake },
    ...more,
  };
  return planUpgrade({
    ...{ wanted, verified, running: [verified] },
    ahead: releaseAhead(question),
    schema: { schemaHead: head ?? "", seenAt },
    ...more,
    hops: hopsInPlan(question),
  });
};

describe("a plan of a product that knows the way between its releases", () => {
  test("names on the way up what needs a consent, and the downgrade that undoes it", () => {
    const up = plan("0.3.0", "0.1.0", "r1");
    expect(up.dangers).toEqual([
      { consent: "window", why: "0.2.0: a table is renamed" },
      { consent: "deletion", why: "0.3.0: old rows go" },
    ]);
    expect(describePlan(up)).toBe(
      "Major upgrade from 0.1.0 to 0.3.0. Going back: set the version to 0.1.0 with a consent to the downgrade; the image of 0.3.0 then takes the schema down to r1 while nothing may write to the database, and the rows that places hold by then are saved to a file and deleted.",
    );
  });

  test("goes back by programs only between releases of one schema, across a minor of 0.x too, and waits for nothing (B-27)", () => {
    const back = plan("0.3.0", "0.4.0", "r3");
    expect(needsNoDatabase(back)).toBe(true);
    expect(describePlan(back)).toBe(
      `Rollback from 0.4.0 to 0.3.0 across a major: programs only; the schema is at r3, which 0.3.0 knows. It waits for no dump and needs nothing from the database; its schema was at r3 on ${seenAt}. Going back: set the version to 0.4.0; programs only, no restore.`,
    );
    const silentBack = plan("0.3.0", "0.4.0", undefined);
    expect(needsNoDatabase(silentBack)).toBe(true);
    expect(silentBack.restore).toEqual({
      kind: "no",
      why: "both releases know the same schema",
    });
  });

  test("goes back by a downgrade to the named revision with the newer image, and counts what goes (B-29, T-19)", () => {
    const back = plan("0.1.1", "0.4.0", "r3");
    expect(needsNoDatabase(back)).toBe(false);
    expect(back.restore).toEqual({
      ...{ kind: "downgrade", revision: "r1", image: "0.4.0", deletes: ["places"] },
      ...{ comesBackEmpty: ["places.latitude"], rows: atStake },
    });
    expect(describePlan(back)).toBe(
      "Rollback from 0.4.0 to 0.1.1 across a major: the image of 0.4.0 takes the schema down to r1 first; nothing may write to the database until 0.1.1 serves. It deletes 3 rows (places 3), which are saved to a file beside the dumps first; places.latitude come back empty. Going back: the upgrade to 0.4.0 again, with its backup and its consents.",
    );
  });

  test("says that no row is deleted, or that a table holds none", () => {
    expect(describePlan(plan("0.2.0", "0.3.0", "r3"))).toContain("No row is deleted; ");
    const empty = { countable: true, total: 0, tables: [] } as const;
    expect(describePlan(plan("0.1.0", "0.2.0", "r2", { atStake: empty }))).toContain(
      "It deletes places, which hold no row. ",
    );
  });

  test("needs no downgrade where the database says that the schema is down already, and waits for the database all the same", () => {
    const back = plan("0.1.0", "0.2.0", "r1");
    expect(back.restore).toEqual({ kind: "no", why: "the schema is at r1, which 0.1.0 knows" });
    expect(needsNoDatabase(back)).toBe(false);
  });

  test("asks for the downgrade that the releases come to where the database cannot be asked", () => {
    expect(plan("0.1.0", "0.2.0", undefined).restore).toMatchObject({
      ...{ kind: "downgrade", revision: "r1", image: "0.2.0" },
      rows: { countable: false, reason: "the schema could not be looked at: no answer" },
    });
  });

  test("goes back from an upgrade that has migrated and never came up, by what the database holds", () => {
    const back = plan("0.1.0", "0.1.0", "r3");
    expect([back.change, back.from, back.unfinished]).toEqual([
      "rollback-across-major",
      "0.3.0",
      true,
    ]);
    expect(back.restore).toMatchObject({ kind: "downgrade", image: "0.3.0", revision: "r1" });
  });

  test("takes the image of a release that knows the schema, if the one that is left does not", () => {
    const back = plan("0.1.0", "0.2.0", "r3");
    expect(back.restore).toMatchObject({ kind: "downgrade", image: "0.3.0" });
  });

  test("knows nothing of a revision or a release that is in no row, and says what to do", () => {
    const unknown = plan("0.1.0", "0.2.0", "r9").restore;
    expect(unknown).toMatchObject({ kind: "unknown", reason: "nothing is known of revision r9" });
    expect(plan("0.1.0", "0.2.0", "").restore).toMatchObject({
      reason: "the database names no revision",
    });
    expect(plan("0.1.5", "0.2.0", "r2").restore).toMatchObject({ kind: "unknown" });
    expect(plan("0.5.0", "0.4.0", "r3").dangers).toMatchObject({ kind: "unknown" });
    expect(describePlan(plan("0.5.0", "0.4.0", "r3"))).toContain("Going back: not known; ");
  });

  test("asks the backups where no program takes the schema back", () => {
    const why = "r2 has no way down";
    const hops = { ...knownHops, wayDown: () => ({ kind: "restore", why }) as const };
    const restore = { kind: "impossible", why: "no proven dump" } as const;
    expect(plan("0.1.0", "0.2.0", "r2", { hops, restore }).restore).toEqual(restore);
    expect(plan("0.2.0", "0.1.0", "r1", { hops, hindrances: ["x"] }).wayBack).toEqual({
      kind: "restore",
      hindrances: ["x"],
    });
  });

  // Drawn operators: down to 0.1.0, cut off; then the release between the two was wanted, and its pods never got ready on the schema of 0.1.0.
  test("asks the database where a way down that was cut off has left the schema behind the release that is wanted now", () => {
    const back = plan("0.3.0", "0.4.0", "r1", { running: ["0.1.0"] });
    expect([back.change, back.from]).toEqual(["rollback-across-major", "0.4.0"]);
    expect(back.cameBack).toBeUndefined();
    expect(needsNoDatabase(back)).toBe(false);
  });

  test("names what breaks a still older release that runs, although it goes back from the verified one (T-26)", () => {
    const back = plan("0.3.0", "0.4.0", "r1", { running: ["0.1.0"] });
    expect(back.dangers).toEqual(plan("0.3.0", "0.1.0", "r1").dangers);
    expect(plan("0.3.0", "0.4.0", "r3").dangers).toBeUndefined();
  });

  test("has no dangers where nothing changes", () => {
    const stays = plan("0.4.0", "0.4.0", "r3");
    expect([stays.change, stays.dangers, stays.restore]).toEqual(["none", undefined, undefined]);
  });
});

describe("the schema of a database", () => {
  const question = (head: string, wanted: string, present: readonly string[] = []) => ({
    ...{ hops: knownHops, wanted, migrated: [], present },
    migrations: observed([head]),
  });

  test("is ahead of a release only if nobody that is there knows it", () => {
    expect(releaseAhead(question("r3", "0.1.0", ["0.1.0"]))).toBe("0.3.0");
    expect(releaseAhead(question("r3", "0.1.0", ["0.4.0"]))).toBeUndefined();
    expect(releaseAhead(question("r1", "0.1.0"))).toBeUndefined();
  });

  test("is ahead by the release whose migration was seen, if that has the schema: the image of an older one may be in no registry of this place", () => {
    const cutOff = {
      ...question("r3", "0.1.0", ["0.1.0"]),
      migrated: ["0.1.0", "0.4.0", "latest"],
    };
    expect(releaseAhead(cutOff)).toBe("0.4.0");
    expect(releaseAhead({ ...cutOff, migrated: ["0.2.0"] })).toBe("0.3.0");
    expect(plan("0.1.0", "0.1.0", "r3", { migrated: ["0.4.0"] }).restore).toMatchObject({
      kind: "downgrade",
      image: "0.4.0",
    });
  });

  test("is ahead by the migrations that have begun, where the database cannot be asked", () => {
    const unseen = { ...question("", "0.1.0"), migrations: silent };
    expect(releaseAhead({ ...unseen, migrated: ["0.2.0", "0.1.1", "latest"] })).toBe("0.2.0");
    expect(releaseAhead({ ...unseen, migrated: ["0.1.1"] })).toBeUndefined();
  });

  test("is known by its revision", () => {
    expect(isKnownSchema(question("r2", "0.1.0"))).toBe(true);
    expect(isKnownSchema(question("r9", "0.1.0"))).toBe(false);
  });

  test("says what a downgrade would delete", () => {
    expect(deletedBelow(knownHops, "r3", "0.1.0")).toEqual(["places"]);
    expect(deletedBelow(knownHops, "r1", "0.1.0")).toEqual([]);
    expect(deletedBelow(knownHops, "r9", "0.1.0")).toEqual([]);
  });

  test("of a release is the line up to its last revision", () => {
    expect(revisionsOf(knownHops, "0.2.0")).toEqual(["r1", "r2"]);
    expect(revisionsOf(knownHops, "0.5.0")).toBeUndefined();
  });
});
