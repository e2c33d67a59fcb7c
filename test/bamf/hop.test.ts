import { describe, expect, test } from "vitest";
import { consentsFor } from "../../components/bamf/consents";
import { planHop, type Hop } from "../../components/bamf/hop";
import { wayBackBetween } from "../../components/bamf/way-back";
import { known } from "./known";

const hop = (from: string, to: string): Hop => {
  const found = planHop(known, { from, to });
  if (found.kind === "unknown") throw new Error(found.reason);
  return found;
};

const consents = (from: string, to: string, values = {}) =>
  consentsFor({
    catalogue: known,
    hop: hop(from, to),
    wayBack: wayBackBetween(known, { newer: from, older: to }),
    values,
  });

describe("a hop", () => {
  test("to a release without a row is unknown, and says what to read", () => {
    expect(planHop(known, { from: "0.11.0", to: "v0.12.0" })).toEqual({
      kind: "unknown",
      reason: "0.12.0 is not in the catalogue: read chart and image",
    });
  });

  test("that jumps over tags asks for the consents of each of them at once, since its migration runs all of their steps in one go (T-28)", () => {
    const needed = consents("0.6.0", "0.11.0");
    expect(needed.map(({ consent }) => consent)).toEqual(["major", "window", "deletion"]);
    const [, window, deletion] = needed;
    expect(window?.why).toMatch(/^0\.7\.0: .*; 0\.10\.0: /);
    expect(deletion?.why).toMatch(/^0\.8\.6: /);
    expect(hop("0.6.0", "0.11.0").crossed.flatMap(({ revisions }) => revisions)).toEqual([
      ...["f1a2b3c4", "a2b3c4d5", "b3e4d5c6", "c4f5a6b7"],
    ]);
  });
});

describe("consents", () => {
  test("across a breaking release ask for a window, and say what fails in it", () => {
    expect(consents("0.9.1", "0.10.0")).toEqual([
      { consent: "major", why: "0.9.1 to 0.10.0" },
      {
        consent: "window",
        why: expect.stringContaining("0.10.0: the tables of the edges") as string,
      },
    ]);
  });

  test("ask for the deletion of audit rows until a value settles how many are kept", () => {
    expect(consents("0.8.5", "0.8.6").map(({ consent }) => consent)).toEqual(["deletion"]);
    const core = { api: { config: { audit: { retention_days: 0 } } } };
    expect(consents("0.8.5", "0.8.6", { core })).toEqual([]);
  });

  test("look for that value where the wanted release reads it", () => {
    const api = { config: { audit: { retention_days: 0 } } };
    expect(consents("0.8.5", "0.11.0", { api }).map(({ consent }) => consent)).toContain(
      "deletion",
    );
  });

  test("on the way down name the revision and the tables that go", () => {
    expect(consents("0.7.0", "0.6.0")).toEqual([
      {
        consent: "downgrade",
        why: "the schema goes down to e7f0a5b4, which deletes revoked_certificates, and nothing may write until 0.6.0 serves",
      },
    ]);
  });

  test("on the way down over a revision without one ask for the restore alone", () => {
    const wayBack = { kind: "restore", why: "x has no way down" } as const;
    expect(
      consentsFor({ catalogue: known, hop: hop("0.7.0", "0.6.0"), wayBack, values: {} }),
    ).toEqual([{ consent: "restore", why: "x has no way down" }]);
  });
});
