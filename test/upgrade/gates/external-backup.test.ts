import { expect, test } from "vitest";
import { externalBackup } from "../../../components/upgrade/gates/external-backup";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.backup.external";
const now = Date.parse("2026-01-02T04:00:00Z");
const backup = { name: "nightly", time: "2026-01-02T03:30:00Z", success: true };
const consent = { release: "1.2.0", reason: "restored every Monday" };
const untried =
  "nightly of 2026-01-02T03:30:00Z, which this program has not restored: with it, it cannot go back across a major";

const say = (changes: Partial<Parameters<typeof externalBackup>[0]> = {}) =>
  spoken(
    externalBackup({
      external: observed(backup),
      exists: true,
      plan: step("1.1.0", "1.2.0"),
      consent,
      now,
      maxAgeMinutes: 60,
      at,
      ...changes,
    }),
  );

test("a backup that somebody else takes warns, with a consent for this release, of the way back that it closes (S-02)", () => {
  expect(say()).toEqual([
    `warn ${at}: ${untried}; with the operator's consent: restored every Monday`,
  ]);
});

test.each([
  ["no consent", undefined, untried],
  [
    "a consent for another release",
    { ...consent, release: "1.1.0" },
    `${untried}; and a consent for 1.1.0`,
  ],
])("with %s it is refused (law 5)", (_, given, found) => {
  expect(say({ consent: given })).toEqual([`block ${at}: ${found}`]);
});

test.each([
  ["too old", { time: "2026-01-02T02:59:00Z" }, "nightly is 61 min old, and backup.maxAgeMinutes"],
  ["a failed one", { success: false }, "nightly of 2026-01-02T03:30:00Z has not succeeded"],
  ["of a time to come", { time: "2026-01-02T04:01:00Z" }, "nightly is of a time to come"],
])("one that is %s is refused, whatever the consent (S-02)", (_, changes, words) => {
  const [said] = say({ external: observed({ ...backup, ...changes }) });
  expect(said).toContain(`block ${at}: ${words}`);
});

test("one that nobody tells of is unknown (law 3)", () => {
  expect(say({ external: unavailable("pg-backrest ended with 1") })).toEqual([
    `unknown ${at}: no look at the external backup: pg-backrest ended with 1`,
  ]);
});

test("where none is used, none is needed, or the way leads back, it passes", () => {
  expect(say({ external: undefined })).toEqual([
    `pass ${at}: backups that this program takes and proves`,
  ]);
  const old = observed({ ...backup, success: false });
  expect(say({ external: old, exists: false })).toEqual([
    `pass ${at}: no database yet, so nothing to save`,
  ]);
  for (const plan of [step("1.2.0", "1.1.0"), step("1.2.0", "1.2.0")])
    expect(say({ external: old, plan })).toEqual([
      `pass ${at}: backup.external, and nothing to migrate`,
    ]);
});

test("where the way back takes the schema down it counts as before any migration, with the consent that the step asks for (S-44)", () => {
  const plan = {
    ...step("0.10.0", "0.9.1"),
    restore: {
      ...{ kind: "downgrade", image: "bamf-api:v0.10.0", from: "0.10.0", revision: "c4f5a6b7" },
      ...{ deletes: [], rows: { countable: true, rows: 0, tables: {} } },
    },
  } as unknown as ReturnType<typeof step>;
  expect(say({ plan, consent: undefined })[0]).toMatch(/^block /);
  expect(say({ plan, consent: { release: "0.9.1", reason: "agreed" } })[0]).toMatch(/^warn /);
});
