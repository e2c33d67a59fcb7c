import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

type Versions = Readonly<Record<string, string>>;

const packageIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies?: Versions;
    readonly devDependencies: Versions;
  };

test("a package that both the lab and the program use is the same version, and so installed once", () => {
  const { dependencies, devDependencies } = packageIn(join(import.meta.dirname, "..", ".."));
  const known: Versions = { ...dependencies, ...devDependencies };
  const shared = Object.entries(packageIn(import.meta.dirname).devDependencies).filter(
    ([name]) => name in known,
  );
  expect(shared.length).toBeGreaterThan(0);
  expect(Object.fromEntries(shared)).toEqual(
    Object.fromEntries(shared.map(([name]) => [name, known[name]])),
  );
});
