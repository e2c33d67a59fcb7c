import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dockerGates } from "../../../components/docker/gates/list";
import { ROOT, sourceOf, verdictsOf } from "../../upgrade/gates/gate-table";

const names = dockerGates.map(({ name }) => name);
const twin = (name: string) => readFileSync(join(import.meta.dirname, `${name}.test.ts`), "utf8");

test("each file among the gates of a Docker host has its entry in the list", () => {
  const files = readdirSync(join(ROOT, "components/docker/gates"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((file) => file !== "list");
  expect([...names].sort()).toEqual(files.sort());
});

test.each(names)(
  "the gate %s speaks under the name of its file, and each of its verdicts has a test with its words",
  (name) => {
    expect(sourceOf("docker", name)).toContain(`gate("${name}")`);
    expect(twin(name)).toContain("spoken(");
    for (const verdict of verdictsOf("docker", name))
      expect(twin(name)).toMatch(new RegExp(`["\`]${verdict}["\` |:]`));
  },
);

test.each(dockerGates)("the gate $name asks a question: $question", ({ question }) => {
  expect(question).toMatch(/^[A-Z].*\?$/);
});
