import { expect, test } from "vitest";
import { gate } from "../../../components/upgrade/finding";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import { withoutDatabase } from "../../../components/upgrade/plan/without-database";
import { spoken, step } from "../gates/findings";

const { pass, warn, block, unknown } = gate("database");
const objection = { at: "here", found: "no room", expected: "room", fix: "make room" };
const findings = [
  pass({ at: "here", found: "a server" }),
  warn(objection),
  block(objection),
  unknown(objection),
];
const back = planUpgrade({
  wanted: "1.0.0",
  verified: "1.1.0",
  running: ["1.1.0"],
  schema: { schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" },
});

test("what is wrong with the database is told and stops no way back that leaves it alone (S-48)", () => {
  const left = withoutDatabase(back, findings);
  expect(spoken(left).map((line) => line.split(" ")[0])).toEqual(["pass", "warn", "warn", "warn"]);
  expect(left[1]?.fix).toBe("make room");
  expect(left[2]?.fix).toBe(
    "nothing for this way back, which leaves the database alone; before the next upgrade: make room",
  );
});

test.each([step("1.0.0", "1.1.0"), step("1.1.0", "1.0.0"), step("2.0.0", "1.0.0")])(
  "it stops every other plan as before",
  (plan) => {
    expect(withoutDatabase(plan, findings)).toEqual(findings);
  },
);
