import { describe, expect, test } from "vitest";
import { bamfHops } from "../../components/bamf/hops";
import { observed } from "../../components/upgrade/observation";
import { describePlan } from "../../components/upgrade/plan/describe-plan";
import { hopsInPlan, revisionsOf } from "../../components/upgrade/plan/hops";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import { known } from "./known";

const hops = bamfHops(known, {});

const plan = (from: string, wanted: string) => {
  const head = hops.headOf(from) ?? "";
  const atStake = { countable: true, total: 2, tables: [{ name: "edges", rows: 2 }] } as const;
  const question = {
    ...{ hops, wanted, migrations: observed([head]), migrated: [], present: [from], atStake },
  };
  return planUpgrade({ wanted, verified: from, running: [from], hops: hopsInPlan(question) });
};

describe("what the catalogue knows of the ways between releases", () => {
  test("is the line of revisions, and the release that has brought each head", () => {
    expect(hops.revisions.at(-1)).toBe("c4f5a6b7");
    expect(hops.headOf("v0.9.1")).toBe("a2b3c4d5");
    expect(hops.headOf("0.12.0")).toBeUndefined();
    expect(hops.broughtBy("c4f5a6b7")).toBe("0.10.0");
    expect(hops.broughtBy("b3e4d5c6")).toBeUndefined();
    expect(revisionsOf(hops, "0.6.0")).toHaveLength(7);
  });

  test("asks for a window across a breaking release, and for the deletion of audit rows until a value settles it (T-26, T-36)", () => {
    const asked = (from: string, to: string, values = {}) => {
      const dangers = bamfHops(known, values).dangers(from, to);
      return "kind" in dangers ? dangers.reason : dangers.map(({ consent }) => consent);
    };
    expect(asked("0.9.1", "0.10.0")).toEqual(["window"]);
    expect(asked("0.8.5", "0.11.0")).toEqual(["window", "deletion"]);
    const core = { api: { config: { audit: { retention_days: 0 } } } };
    expect(asked("0.8.5", "0.8.6", { core })).toEqual([]);
    expect(asked("0.10.0", "0.11.0")).toEqual([]);
    expect(asked("0.11.0", "0.12.0")).toContain("0.12.0 is not in the catalogue");
  });

  test("says for how long programs fail at the most, if somebody can say it (T-26)", () => {
    const [danger] = bamfHops(known, {}, 720).dangers("0.9.1", "0.10.0") as readonly {
      why: string;
    }[];
    expect(danger?.why).toMatch(
      /; this lasts from the migration until the new API serves alone, at most 12 min$/,
    );
  });

  test("makes a rollback over renamed tables a downgrade by the newer image, which deletes nothing (T-19, B-27, B-29)", () => {
    expect(describePlan(plan("0.10.0", "0.9.1"))).toBe(
      "Rollback from 0.10.0 to 0.9.1 across a major: the image of 0.10.0 takes the schema down to a2b3c4d5 first; nothing may write to the database until 0.9.1 serves. No row is deleted; outposts.latitude and outposts.longitude come back empty. Going back: the upgrade to 0.10.0 again, with its backup and its consents.",
    );
  });

  test("names the tables of which a rollback deletes rows", () => {
    expect(plan("0.11.0", "0.4.0").restore).toMatchObject({
      ...{ kind: "downgrade", image: "0.11.0", revision: "c5d8e3f2" },
      deletes: ["edge_tokens", "edges", "revoked_certificates"],
    });
  });

  test("makes a rollback between releases of one schema one of programs only", () => {
    expect(plan("0.11.0", "0.10.0").restore).toMatchObject({ kind: "no" });
    expect(plan("0.9.1", "0.7.0").restore).toMatchObject({ kind: "no" });
  });
});
