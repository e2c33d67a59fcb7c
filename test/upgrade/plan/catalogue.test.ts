import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { requiredKeysOf, releaseRules } from "../../../components/smoltbot/release-rules";
import { isCrossed, keysNeededBy } from "../../../components/upgrade/plan/catalogue";
import { parseCatalogue, readCatalogue } from "../../../components/config/read-catalogue";
import { releases } from "../../lab/products/releases";

const key = "gateways:smoltbot.catalogue";
const builtIn = join(import.meta.dirname, "../../../components/smoltbot/catalogue.yaml");
const ofLab = join(import.meta.dirname, "../../lab/catalogue.yaml");
const parsed = (text: string) => {
  const result = parseCatalogue(text, "facts.yaml");
  return "catalogue" in result ? result.catalogue : result.faults;
};
const read = (text: string) => {
  const result = parseCatalogue(text, "facts.yaml");
  if ("faults" in result) throw new Error(JSON.stringify(result.faults));
  return result.catalogue;
};

describe("a catalogue", () => {
  test("with several faults names all of them at once, each with its path in the file", () => {
    const faults = parsed(`
entries:
  - releases: two
    requiredKeys: [mnemom]
    requiredValues: [""]
  - releases: "2.0.0"
    nots: https://notes.example
    notes: nowhere
`);
    expect(faults.map((fault) => ("at" in fault ? fault.at : ""))).toEqual([
      "facts.yaml entries.0.releases",
      "facts.yaml entries.0.requiredKeys.0",
      "facts.yaml entries.0.requiredValues.0",
      "facts.yaml entries.1.notes",
      "facts.yaml entries.1.nots",
    ]);
  });

  test("that is no YAML is one fault, and so is an empty one", () => {
    expect(parsed("entries: [")).toHaveLength(1);
    expect(parsed("")).toMatchObject([{ at: "facts.yaml", found: "nothing" }]);
  });

  test("asks for a key from its release on, a trial of it included, and within a range only (S-24)", () => {
    const catalogue = read(`
entries:
  - { releases: "2.0.0", requiredKeys: [A] }
  - { releases: ">=1.2.0 <1.3.0", requiredKeys: [B] }
`);
    const needed = ["1.1.0", "1.2.4", "1.3.0", "2.0.0-rc.1", "2.1.0"];
    expect(needed.map((release) => keysNeededBy(catalogue, release))).toEqual([
      [],
      ["B"],
      [],
      ["A"],
      ["A"],
    ]);
  });

  test.each([
    ["1.0.0", "1.1.0", false],
    ["1.0.0", "2.0.0", true],
    ["1.0.0", "2.0.0-rc.1", true],
    ["1.0.0", "2.1.0", true],
    ["2.0.0", "2.1.0", false],
    ["2.1.0", "1.0.0", false],
    [undefined, "2.0.0", true],
    [undefined, "2.1.0", false],
  ])("about 2.0.0: a step from %s to %s comes by it: %s", (from, to, crossed) => {
    const [entry] = read(`entries: [{ releases: "2.0.0" }]`);
    expect(isCrossed(entry!, from, to)).toBe(crossed);
  });

  test("about a range is come by where the step leads into it", () => {
    const [entry] = read(`entries: [{ releases: ">=1.2.0" }]`);
    expect([isCrossed(entry!, "1.1.0", "1.4.0"), isCrossed(entry!, "1.2.0", "1.4.0")]).toEqual([
      true,
      false,
    ]);
  });
});

describe("a catalogue's file", () => {
  test("that is not there is an error that says where it was looked for", async () => {
    await expect(readCatalogue("/nowhere/facts.yaml", key)).rejects.toThrow(
      `${key}: found no file of that name: /nowhere/facts.yaml; expected a catalogue in YAML.`,
    );
  });

  test("that is broken is an error that counts and names its faults", async () => {
    const folder = await mkdtemp(join(tmpdir(), "catalogue-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "facts.yaml");
    await writeFile(file, "entries: [{ releases: one }, { releases: two }]\n");
    await expect(readCatalogue(file, key)).rejects.toThrow(
      /has 2 faults; nothing was touched\.\n.*entries\.0\.releases: found "one"; expected a release such/,
    );
  });
});

test("what comes with the program can be read and holds no release of the lab", async () => {
  const entries = await readCatalogue(builtIn, key);
  expect(entries.length).toBeGreaterThan(0);
  const text = await readFile(builtIn, "utf8");
  for (const { version } of releases) expect(text).not.toContain(`"${version}"`);
});

test("the lab's catalogue asks for the very keys that the lab's releases need (S-24)", async () => {
  const catalogue = await readCatalogue(ofLab, key);
  for (const { version, requiredEnv = [] } of releases) {
    expect([version, keysNeededBy(catalogue, version)]).toEqual([version, requiredEnv]);
  }
  expect(requiredKeysOf(catalogue, "2.0.0")).toEqual([
    ...releaseRules.requiredKeys,
    "MNEMOM_AGENT_KEY",
  ]);
});
