import { expect, test } from "vitest";
import { restore } from "../../../components/upgrade/gates/restore";
import { planUpgrade } from "../../../components/upgrade/plan/plan";
import type { RestoreNeed } from "../../../components/upgrade/plan/restore-need";
import { dump, spoken, step } from "./findings";

const at = "gateways:smoltbot.consents.restore";
const keysAt = "gateways:smoltbotBackupKey";
const risk = { countable: true, total: 12, tables: [{ name: "agents", rows: 12 }] } as const;
const needed: RestoreNeed = { kind: "restore", dump, risk };
const consent = { release: "1.9.0", dump: dump.file, reason: "2.0.0 loses sessions" };
const back = (need: RestoreNeed) =>
  planUpgrade({ wanted: "1.9.0", verified: "2.0.0", running: ["2.0.0"], restore: need });
const loss =
  "a rollback that restores before-2.0.0.dump.zst, taken at 2026-01-02T03:04:05.000Z before 2.0.0, with 14 rows. 12 rows written since then would be lost (agents 12)";

test("S-44: a restore without a consent is refused, with its dump, its loss, and what to write", () => {
  const findings = restore({ keysAt, restoredFrom: "", plan: back(needed), at });
  expect(spoken(findings)).toEqual([`block ${at}: ${loss}`]);
  expect(findings[0]?.fix).toBe(
    'set consents.restore to { release: "1.9.0", dump: "before-2.0.0.dump.zst", reason: "..." } in the stack file',
  );
});

test.each([
  ["another release", { ...consent, release: "1.8.0" }],
  ["another dump", { ...consent, dump: "before-2.0.1.dump.zst" }],
])("S-44: a consent for %s opens nothing", (_, other) => {
  expect(
    spoken(restore({ keysAt, restoredFrom: "", plan: back(needed), consent: other, at })),
  ).toEqual([`block ${at}: ${loss}, and a consent for ${other.release} with ${other.dump}`]);
});

test("S-44: a consent that names release and dump lets the restore through, with its size and its reason", () => {
  expect(spoken(restore({ keysAt, restoredFrom: "", plan: back(needed), consent, at }))).toEqual([
    `warn ${at}: ${loss}; with the operator's consent: 2.0.0 loses sessions`,
  ]);
});

test("S-44: a dump that no key here opens is no way back, whatever the consent", () => {
  const plan = back({ ...needed, dump: { ...dump, lockedFor: "age1other" } });
  expect(spoken(restore({ keysAt, restoredFrom: "", plan, consent, at }))).toEqual([
    `block ${at}: a rollback that restores before-2.0.0.dump.zst, which is encrypted for age1other, and no key here opens it`,
  ]);
});

test("S-44: without a proven dump there is no way back, whatever the consent", () => {
  const plan = back({ kind: "impossible", why: "no proven dump" });
  expect(spoken(restore({ keysAt, restoredFrom: "", plan, consent, at }))).toEqual([
    `block ${at}: no way back from 2.0.0 to 1.9.0: no proven dump`,
  ]);
});

test("S-44: backups that cannot be looked at are an answer of their own", () => {
  const plan = back({ kind: "unknown", reason: "permission denied" });
  expect(spoken(restore({ keysAt, restoredFrom: "", plan, at }))).toEqual([
    `unknown ${at}: no look at what going back takes: permission denied`,
  ]);
});

test("S-35: a schema that is in place passes", () => {
  const plan = back({ kind: "no", why: "the schema is that of major 1" });
  expect(spoken(restore({ keysAt, restoredFrom: "", plan, at }))).toEqual([
    `pass ${at}: the schema is that of major 1`,
  ]);
});

const leftOver = (why: string) =>
  `${at}: a consent to restore before-2.0.0.dump.zst for 1.9.0, and a plan that restores nothing: ${why}`;

test("S-48: a plan without a step back across a major needs no restore", () => {
  expect(spoken(restore({ keysAt, restoredFrom: "", plan: step("1.2.0", "1.1.0"), at }))).toEqual([
    `pass ${at}: no restore`,
  ]);
});

test.each([
  ["the way back within a major", step("1.9.1", "1.9.0"), "no restore"],
  ["a release that stays", step("1.9.0", "1.9.0"), "no restore"],
  [
    "the way back on a schema that is in place",
    back({ kind: "no", why: "the schema is that of major 1" }),
    "the schema is that of major 1",
  ],
])("S-48: a consent for the wanted release that nothing needs is refused: %s", (_, plan, why) => {
  const findings = restore({ keysAt, restoredFrom: "", plan, consent, at });
  expect(spoken(findings)).toEqual([`block ${leftOver(why)}`]);
  expect(findings[0]?.fix).toBe(
    "remove consents.restore from the stack file; the database stays as it is",
  );
});

test("S-48: a consent that has done its work may stay, until the next release", () => {
  const plan = step("1.9.0", "1.9.0");
  expect(spoken(restore({ keysAt, restoredFrom: dump.file, plan, consent, at }))).toEqual([
    `pass ${at}: before-2.0.0.dump.zst is restored; no restore`,
  ]);
  const next = step("1.9.0", "1.9.1");
  expect(spoken(restore({ keysAt, restoredFrom: dump.file, plan: next, consent, at }))).toEqual([
    `warn ${leftOver("no restore")}`,
  ]);
});

test("S-48: where only the restore can look, a release that stays is let on with a warning", () => {
  const looked = { keysAt, restoredFrom: undefined, consent, at };
  expect(spoken(restore({ ...looked, plan: step("1.9.0", "1.9.0") }))).toEqual([
    `warn ${leftOver("no restore")}`,
  ]);
  expect(spoken(restore({ ...looked, plan: step("1.9.1", "1.9.0") }))).toEqual([
    `block ${leftOver("no restore")}`,
  ]);
});

const clause = "relations are owned by other, and saver may not act for it";
const major = (hindrances: readonly string[]) =>
  planUpgrade({ wanted: "2.0.0", verified: "1.9.0", running: ["1.9.0"], hindrances });

test("S-44: an upgrade across a major whose dump the role could not put back is refused before anything is touched", () => {
  const args = { keysAt, restoredFrom: "", plan: major([clause]), at };
  const found = `a dump that this role could not put back: ${clause}`;
  expect(spoken(restore(args))).toEqual([`pass ${at}: no restore`, `block ${at}: ${found}`]);
  const noWayBack = { release: "2.0.0", reason: "an administrator is at hand" };
  expect(spoken(restore({ ...args, noWayBack }))[1]).toBe(
    `warn ${at}: ${found}; with the operator's consent: an administrator is at hand`,
  );
  expect(spoken(restore({ ...args, noWayBack: { ...noWayBack, release: "2.1.0" } }))[1]).toMatch(
    /^block /,
  );
  expect(spoken(restore({ ...args, plan: major([]) }))).toEqual([`pass ${at}: no restore`]);
});

test("S-44: a dump that was sealed as no way back is refused until the role may restore it", () => {
  const sealed = { ...dump, noWayBack: ['must be member of role "other"'] };
  const plan = back({ kind: "restore", dump: sealed, risk });
  const say = (hindrances?: readonly string[]) =>
    spoken(restore({ keysAt, restoredFrom: "", plan, consent, hindrances, at }));
  const found = `block ${at}: before-2.0.0.dump.zst, which the role could not put back when it was taken: must be member of role "other"`;
  expect(say()).toEqual([found]);
  expect(say([clause])).toEqual([`${found}; and now: ${clause}`]);
  expect(say([])).toEqual([expect.stringMatching(/^warn /)]);
});

test("S-44: a database that others follow is exchanged only with a consent that names each of them", () => {
  const followers = [
    { kind: "logical slot", name: "debezium" },
    { kind: "replica", name: "standby" },
  ] as const;
  const say = (over?: readonly string[], release = "1.9.0") => {
    const word = { ...consent, release, ...(over === undefined ? {} : { over }) };
    return spoken(
      restore({ keysAt, restoredFrom: "", plan: back(needed), consent: word, followers, at }),
    ).at(-1);
  };
  const block = `block ${at}: a restore in the place of a database that is followed: `;
  expect(say()).toBe(`${block}logical slot debezium, replica standby`);
  expect(say(["debezium"])).toBe(`${block}replica standby`);
  expect(say(["debezium", "standby"])).toBe(
    `warn ${at}: a database that is followed, with the operator's consent: logical slot debezium, replica standby`,
  );
  expect(say(["debezium", "standby"], "1.8.0")).toMatch(/^block /);
  expect(
    spoken(restore({ keysAt, restoredFrom: "", plan: step("1.0.0", "1.1.0"), followers, at })),
  ).toEqual([`pass ${at}: no restore`]);
});
