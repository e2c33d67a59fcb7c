import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const gates = join(import.meta.dirname, "../../../components/upgrade/gates");
const names = readdirSync(gates).map((file) => file.replace(/\.ts$/, ""));
const source = (name: string) => readFileSync(join(gates, `${name}.ts`), "utf8");
const twin = (name: string) => readFileSync(join(import.meta.dirname, `${name}.test.ts`), "utf8");

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
