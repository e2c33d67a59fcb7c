import { describe, expect, test } from "vitest";
import { changesNothing } from "../../components/upgrade/changes-nothing";
import type { CoreInput } from "../../components/upgrade/gate-input";
import { observed } from "../../components/upgrade/observation";
import { databaseFacts } from "./gates/facts";
import { step } from "./gates/findings";

const restore = { release: "1.1.0", dump: "before-2.0.0.dump", reason: "2.0.0 loses sessions" };
const ask = (configHash: string, consents = {}, restoredFrom?: string) =>
  changesNothing({
    settings: { consents },
    release: { configHash: "hash" },
    plan: step("1.1.0", "1.1.0"),
    facts: { own: observed({ configHash }), database: databaseFacts({ restoredFrom }) },
  } as unknown as CoreInput);

test("a stack file that asks for what was verified changes nothing", () => {
  expect(ask("hash")).toBe(true);
});

test("a stack file that asks for other objects changes something", () => {
  expect(ask("another")).toBe(false);
});

test("a stack file that asks for a restore changes something, until that restore is done", () => {
  expect(ask("hash", { restore })).toBe(false);
  expect(ask("hash", { restore }, "before-2.0.0.dump")).toBe(true);
});

describe("a stack file that names another database than the one of the pods", () => {
  const pods = { oid: "1", started: "1" };
  const asked = (oid: string, plan: Partial<CoreInput["plan"]> = {}) =>
    changesNothing({
      settings: { consents: {} },
      release: { configHash: "hash" },
      plan: { ...step("1.1.0", "1.1.0"), ...plan },
      facts: {
        own: observed({ configHash: "hash" }),
        database: databaseFacts({ identity: { ...pods, oid } }),
        podsDatabase: observed(pods),
      },
    } as unknown as CoreInput);

  test("changes something although no object does: a step that was left undone would read that one", () => {
    expect(asked("1")).toBe(true);
    expect(asked("2")).toBe(false);
  });

  test("changes nothing after a way back that has left the database alone", () => {
    const cameBack = { from: "1.2.0", schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" };
    expect(asked("2", { cameBack })).toBe(true);
  });
});
