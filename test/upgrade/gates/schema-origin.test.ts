import { expect, test } from "vitest";
import { schemaOrigin } from "../../../components/upgrade/gates/schema-origin";
import { isSettled, planUpgrade } from "../../../components/upgrade/plan/plan";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.consents.schema";
const doubt = { head: "010.sql", reason: "the schema is at 010.sql and nothing says why" };
const plan = planUpgrade({ wanted: "1.2.0", verified: "1.2.0", running: ["1.2.0"], doubt });
const consent = { release: "1.2.0", head: "010.sql", reason: "migrated by hand" };

test("a schema whose origin is known passes", () => {
  expect(spoken(schemaOrigin({ plan: step("1.2.0", "1.2.0"), consent, at }))).toEqual([
    `pass ${at}: a schema whose origin is known`,
  ]);
});

test("a schema in doubt stops even a plan that changes no release, and says every way on (T-12)", () => {
  expect(isSettled(plan)).toBe(false);
  const findings = schemaOrigin({ plan, at });
  expect(spoken(findings)).toEqual([`block ${at}: ${doubt.reason}`]);
  expect(findings[0]?.fix).toContain(
    'set consents.schema to { release: "1.2.0", head: "010.sql", reason: "..." }',
  );
});

test("a word for this release on this very schema lets it through, and stays said", () => {
  expect(spoken(schemaOrigin({ plan, consent, at }))).toEqual([
    `warn ${at}: ${doubt.reason}; with the operator's word that 1.2.0 runs on it: migrated by hand`,
  ]);
});

test.each([
  ["another release", { ...consent, release: "1.3.0" }],
  ["another schema", { ...consent, head: "009.sql" }],
])("a word for %s opens nothing", (_, other) => {
  expect(spoken(schemaOrigin({ plan, consent: other, at }))[0]).toMatch(/^block /);
});

test("a schema that nobody could look at is opened by no word: it would be for one that nobody has seen", () => {
  const unseen = { ...plan, doubt: { head: undefined, reason: "it does not answer" } };
  const findings = schemaOrigin({ plan: unseen, consent: { ...consent, head: "" }, at });
  expect(spoken(findings)).toEqual([`block ${at}: it does not answer`]);
  expect(findings[0]?.fix).toMatch(/^make the database answer here and run again;/);
});
