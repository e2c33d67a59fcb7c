import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hopConsentsSchema } from "../../components/config/consents-schema";
import { promotionSchema } from "../../components/config/schema";
import { ROOT } from "../suite/durations";

const page = readFileSync(join(ROOT, "docs/gates.md"), "utf8");

/** The cells of each row of a section's table, its head aside. */
const rowsOf = (heading: string): readonly (readonly string[])[] => {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

test("every consent of the stack file has its row, with the gate that it answers, and what it does and does not allow", () => {
  const known = Object.keys(hopConsentsSchema.shape);
  const breakGlass = Object.keys(promotionSchema.shape).filter((key) => key === "breakGlass");
  const rows = rowsOf("Consents");
  const told = rows.map(([name = ""]) => name.replaceAll("`", ""));
  expect(told.toSorted()).toEqual([...known, ...breakGlass].toSorted());
  const gates = rowsOf("Gate, cause, fix").map(([name]) => name);
  for (const [, , gate, allows, not] of rows) {
    expect(gates).toContain(gate);
    expect([allows, not]).not.toContain("");
  }
});

test("every gate says when it stops a run, what mostly causes that, and what to do", () => {
  const rows = rowsOf("Gate, cause, fix");
  expect(rows.filter((row) => row.length !== 4 || row.includes(""))).toEqual([]);
  expect(rows.length).toBeGreaterThan(40);
});
