import { expect, test } from "vitest";
import { edgesOf, folderOf, foldersOf, importsOf } from "./import-graph";

const files = new Set(["a/b/c.ts", "a/b/d.ts", "a/e.ts", "a/f/index.ts", "a/g.mjs"]);

test.each([
  ["a module beside it", `import { d } from "./d";`, ["a/b/d.ts"]],
  ["a type alone", `import type { E } from "../e";`, ["a/e.ts"]],
  ["what is passed on", `export * from "../f";`, ["a/f/index.ts"]],
  ["what is loaded later", `const g = await import("../g.mjs");`, ["a/g.mjs"]],
  ["a name with its ending", `import "./d.ts"; import { d } from "./d";`, ["a/b/d.ts"]],
  ["a package, which is not followed", `import "zod"; import "node:fs";`, []],
  ["a file that there is not", `import "./gone";`, []],
  ["a comment", `// import "./d";`, []],
])("imports are found: %s", (_, text, found) => {
  expect(importsOf("a/b/c.ts", text, files)).toEqual(found);
});

const sources = new Map([
  ["index.ts", { lines: 3, imports: ["x/one/a.ts"] }],
  ["x/one/a.ts", { lines: 10, imports: ["x/one/deep/b.ts", "x/two/c.ts"] }],
  ["x/one/deep/b.ts", { lines: 20, imports: ["x/two/c.ts"] }],
  ["x/two/c.ts", { lines: 5, imports: ["x/one/a.ts"] }],
]);

test("imports are counted between folders, not within one, the most first", () => {
  expect(edgesOf(sources, 2)).toEqual([
    { from: "x/one", to: "x/two", imports: 2 },
    { from: ".", to: "x/one", imports: 1 },
    { from: "x/two", to: "x/one", imports: 1 },
  ]);
});

test.each([
  [1, "x"],
  [2, "x/one"],
  [9, "x/one/deep"],
])("at depth %i a file counts to its folder %s", (depth, folder) => {
  expect(folderOf("x/one/deep/b.ts", depth)).toBe(folder);
});

test("files and lines are counted by folder", () => {
  expect([...foldersOf(sources, 2)]).toEqual([
    [".", { files: 1, lines: 3 }],
    ["x/one", { files: 2, lines: 30 }],
    ["x/two", { files: 1, lines: 5 }],
  ]);
});
