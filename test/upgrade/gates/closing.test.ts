import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allGates as gatesOfBamf } from "../../../components/bamf/gate-input";
import { allGatesOnDocker as gatesOnDocker } from "../../../components/smoltbot/docker/product";
import { allGatesOnHosts } from "../../../components/bamf/agents/product";
import { allGatesOnMachine } from "../../../components/bamf/cli/product";
import { assetsGate } from "../../../components/hosts/gates/list";
import { coreGates } from "../../../components/hosts/core-gates";
import { allGates as gatesOfSmoltbot } from "../../../components/smoltbot/gate-input";
import { listed, owners, ROOT, sourceOf, verdictsOf, withGateTable } from "./gate-table";

const gates = listed.map(({ name, folder }) => [name, folder] as const);
const names = listed.map(({ name }) => name);
const twin = (folder: string, name: string) =>
  readFileSync(join(ROOT, "test", folder, "gates", `${name}.test.ts`), "utf8");

test.each(owners)("each file among the gates of $folder has its entry in the list", (owner) => {
  const files = readdirSync(join(ROOT, "components", owner.folder, "gates"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((file) => !/(^|-)list$/.test(file));
  expect(owner.gates.map(({ name }) => name).sort()).toEqual(files.sort());
});

test.each([
  ["smoltbot", "kubernetes", gatesOfSmoltbot],
  ["smoltbot", "docker", gatesOnDocker],
  ["bamf", "kubernetes", gatesOfBamf],
])(
  "each gate that holds for %s with the target %s is asked in every run of it, once",
  (product, target, gates) => {
    const held = listed.filter(({ folder }) => ["upgrade", target, product].includes(folder));
    expect(gates.map(({ name }) => name)).toEqual(held.map(({ name }) => name));
  },
);

test("each gate that holds for agents on hosts is asked in every run of them, once; of those that hold everywhere, the ones whose question hosts can answer", () => {
  const held = listed.filter(({ folder }) => ["hosts", "bamf/apart"].includes(folder));
  expect(coreGates.map(({ name }) => name)).toEqual([
    "own-evidence",
    "version-policy",
    "notes",
    "catalogue",
    "staging-evidence",
  ]);
  expect(allGatesOnHosts.map(({ name }) => name)).toEqual(
    [...coreGates, ...held].map(({ name }) => name),
  );
});

test("each gate that holds for programs of this machine is asked in every run of them, once", () => {
  const held = listed.filter(({ folder }) => ["hosts/machine", "bamf/apart"].includes(folder));
  expect(allGatesOnMachine.map(({ name }) => name)).toEqual(
    [...coreGates, assetsGate, ...held].map(({ name }) => name),
  );
});

test.each(gates)("the gate %s speaks under the name of its file", (name, folder) => {
  expect(sourceOf(folder, name)).toContain(`gate("${name}")`);
});

/** Every finding goes through `spoken`, which refuses an objection without an expectation or without a way out. */
test.each(gates)("the gate %s has a test that checks the words of its findings", (name, folder) => {
  expect(twin(folder, name)).toContain("spoken(");
});

test.each(gates)("each verdict that the gate %s can give has a test", (name, folder) => {
  for (const verdict of verdictsOf(folder, name)) {
    expect(twin(folder, name)).toMatch(new RegExp(`["\`]${verdict}["\` |:]`));
  }
});

test.each(listed)("the gate $name asks a question: $question", ({ question }) => {
  expect(question).toMatch(/^[A-Z].*\?$/);
});

/** Written anew by `UPDATE_DOCS=1 npx vitest run --project unit test/upgrade/gates/closing.test.ts`. */
test("the model has the table of gates that the lists make, with the verdicts of each", () => {
  const path = join(ROOT, "docs/upgrade-model.md");
  const page = readFileSync(path, "utf8");
  const wanted = withGateTable(page);
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, wanted);
  else expect(page, "run this test with UPDATE_DOCS=1").toBe(wanted);
});

test("every gate has its row on the page of causes, and no other has", () => {
  const page = readFileSync(join(ROOT, "docs/gates.md"), "utf8").split("\n");
  const told = page.flatMap((line) => /^\| ([a-z-]+[a-z]) +\|/.exec(line)?.[1] ?? []);
  expect(told.filter((name) => name !== "gate").sort()).toEqual([...names].sort());
});
