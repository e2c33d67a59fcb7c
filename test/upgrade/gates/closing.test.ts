import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
/** Gates that hold everywhere, of the target and of the product: their folder by their name. */
const owners: Readonly<Record<string, string>> = Object.fromEntries(
  ["upgrade", "kubernetes", "smoltbot"].flatMap((owner) =>
    readdirSync(join(root, "components", owner, "gates")).map((file) => [
      file.replace(/\.ts$/, ""),
      `${owner}/gates`,
    ]),
  ),
);
const names = Object.keys(owners);
const source = (name: string) =>
  readFileSync(join(root, "components", owners[name]!, `${name}.ts`), "utf8");
const twin = (name: string) =>
  readFileSync(join(root, "test", owners[name]!, `${name}.test.ts`), "utf8");

test.each(names)("the gate %s speaks under the name of its file", (name) => {
  expect(source(name)).toContain(`gate("${name}")`);
});

/** Every finding goes through `spoken`, which refuses an objection without an expectation or without a way out. */
test.each(names)("the gate %s has a test that checks the words of its findings", (name) => {
  expect(twin(name)).toContain("spoken(");
});

test.each(names)("each verdict that the gate %s can give has a test", (name) => {
  const given = /const \{([^}]+)\} = gate\(/.exec(source(name))?.[1] ?? "";
  for (const verdict of given.split(",").map((word) => word.trim())) {
    expect(twin(name)).toMatch(new RegExp(`["\`]${verdict}["\` |:]`));
  }
});

const smoltbot = join(root, "components/smoltbot");
const findings = readdirSync(smoltbot)
  .filter((file) => file.endsWith("-findings.ts"))
  .map((file) => readFileSync(join(smoltbot, file), "utf8"))
  .join("\n");
const rows = readFileSync(join(root, "docs/upgrade-model.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, , question]) => question?.endsWith("?") === true);

test.each(names)("the gate %s is asked in every run", (name) => {
  expect(findings).toContain(`${owners[name]!.replace("smoltbot/", "")}/${name}"`);
  const word = name.replace(/-./g, (letters) => letters.slice(1).toUpperCase());
  expect(findings).toMatch(new RegExp(`\\b${word}\\(`));
});

test.each(names)(
  "the gate %s has its row in the model, with the verdicts that it can give",
  (name) => {
    const given = /const \{([^}]+)\} = gate\(/.exec(source(name))?.[1] ?? "";
    const verdicts = given.split(",").map((word) => word.trim());
    const row = rows.find(([, first]) => first === name) ?? [];
    expect(row[3]?.split(", ")).toEqual(verdicts);
  },
);

test("the model has no row for a gate that there is not", () => {
  const told = rows.map(([, name = ""]) => name);
  expect(told.sort()).toEqual([...names].sort());
});

test("every gate has its row on the page of causes, and no other has", () => {
  const page = readFileSync(join(root, "docs/gates.md"), "utf8").split("\n");
  const told = page.flatMap((line) => /^\| ([a-z-]+[a-z]) +\|/.exec(line)?.[1] ?? []);
  expect(told.filter((name) => name !== "gate").sort()).toEqual([...names].sort());
});
