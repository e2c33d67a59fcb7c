import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { TRAPS } from "../../components/bamf/release-rules";
import { valueAt, type Values } from "../../components/upgrade/values";

const file = join(import.meta.dirname, "../lab/charts/bamf/values.yaml");
const chart = parse(readFileSync(file, "utf8")) as Values;

test.each(TRAPS.map(({ path }) => path))("the trap %s is a value of the chart", (path) => {
  expect(valueAt(chart, path.split("."))).not.toBeUndefined();
});
