import { describe, expect, test } from "vitest";
import { skewOf } from "../../../components/bamf/skew/rule";

describe("versions side by side", () => {
  test("that are all the same, or older where they may be, break no rule", () => {
    const versions = {
      api: "0.11.0",
      bridges: ["v0.11.0", "0.11.0"],
      proxies: ["v0.11.0"],
      agents: ["0.9.1"],
      clis: ["v0.0.0"],
    };
    expect(skewOf(versions)).toEqual([]);
  });

  test("a CLI newer than the API breaks a rule", () => {
    expect(skewOf({ api: "0.10.0", clis: ["v0.11.0"] })).toEqual([
      {
        rule: "B-30",
        kind: "broken",
        found: "CLI v0.11.0 beside API 0.10.0",
        expected: "at most 0.10.0",
      },
    ]);
  });

  test("an agent newer than the API breaks a rule", () => {
    expect(skewOf({ api: "0.10.0", agents: ["0.10.0", "0.11.0"] })).toMatchObject([
      { rule: "B-31", kind: "broken", found: "agent 0.11.0 beside API 0.10.0" },
    ]);
  });

  test.each(["bridges", "proxies"])("%s of another release than the API break a rule", (part) => {
    for (const version of ["0.9.1", "0.11.0"])
      expect(skewOf({ api: "0.10.0", [part]: [version] })).toMatchObject([
        { rule: "B-32", kind: "broken" },
      ]);
  });

  test("what is no version cannot be compared, which is an answer of its own", () => {
    expect(skewOf({ api: "0.10.0", agents: ["latest"] })).toMatchObject([
      { rule: "B-31", kind: "unknown" },
    ]);
    expect(skewOf({ api: "latest", bridges: ["0.10.0"] })).toMatchObject([
      { rule: "B-32", kind: "unknown" },
    ]);
  });
});
