import { describe, expect, test } from "vitest";
import { choosePlugins } from "./pulumi-home";

describe("the choice of the provider plugins", () => {
  test.each([
    { forced: undefined, missing: [], kind: "official" },
    { forced: undefined, missing: ["resource-command-v1.2.1"], kind: "standin" },
    { forced: "", missing: [], kind: "official" },
    { forced: "standin", missing: [], kind: "standin" },
    { forced: "official", missing: [], kind: "official" },
  ])("LAB_PLUGINS=$forced and missing $missing gives $kind", ({ forced, missing, kind }) => {
    expect(choosePlugins(forced, missing)).toBe(kind);
  });

  test("official plugins are forced and one is missing, a choice, it is refused with the missing one and the way out", () => {
    expect(() => choosePlugins("official", ["resource-command-v1.2.1"])).toThrow(
      /lacks resource-command-v1\.2\.1\. Fix: .*LAB_OFFICIAL_PLUGINS/,
    );
  });

  test("LAB_PLUGINS holds a word of no meaning, a choice, it is refused with the two words there are", () => {
    expect(() => choosePlugins("oficial", [])).toThrow(
      '"oficial"; it may be "official" or "standin"',
    );
  });
});
