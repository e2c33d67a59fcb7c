import { expect, test } from "vitest";
import { chooseTests, describeChosen, type Graph } from "./choose";

const graph: Graph = {
  tests: ["test/plan.test.ts", "test/e2e/upgrade.lab.test.ts", "test/lone.test.ts"],
  imports: {
    "test/plan.test.ts": ["components/plan.ts"],
    "components/plan.ts": ["components/version.ts"],
    "components/version.ts": ["components/plan.ts"],
    "test/e2e/upgrade.lab.test.ts": ["test/lab/project.ts"],
  },
  reads: { "test/lab/project.ts": ["index.ts", "components/", "Pulumi."] },
};
const chosen = (...changed: readonly string[]) =>
  chooseTests(changed, graph).map(({ file }) => file);

test("a changed test file is run itself", () => {
  expect(chosen("test/lone.test.ts")).toEqual(["test/lone.test.ts"]);
});

test("a changed file is reached through other files that import it, those in a circle included", () => {
  expect(chosen("components/version.ts")).toContain("test/plan.test.ts");
});

test("a change to the program reaches the tests that run it by the real CLI, whatever they import", () => {
  for (const changed of ["index.ts", "components/version.ts", "Pulumi.prod.yaml"])
    expect(chosen(changed)).toContain("test/e2e/upgrade.lab.test.ts");
});

test.each(["package.json", "package-lock.json", "tsconfig.json", "vitest.config.mts"])(
  "a change to %s reaches every test",
  (changed) => {
    expect(chosen(changed)).toEqual(graph.tests);
  },
);

test("a change that no test depends on reaches none", () => {
  expect(chosen("docs/going-back.md", "test/e2e/package.json")).toEqual([]);
});

test("each test says which changes reach it, in one line", () => {
  const [plan] = chooseTests(["components/plan.ts", "README.md", "components/version.ts"], graph);
  expect(plan?.because).toEqual(["components/plan.ts", "components/version.ts"]);
  expect(describeChosen(plan!)).toBe("  test/plan.test.ts: components/plan.ts and 1 more");
  expect(describeChosen({ file: "a.test.ts", because: ["b.ts"] })).toBe("  a.test.ts: b.ts");
});
