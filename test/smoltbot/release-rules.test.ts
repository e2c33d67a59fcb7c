import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { releaseRules } from "../../components/smoltbot/release-rules";
import { valueAt, type Values } from "../../components/upgrade/values";

const folder = join(import.meta.dirname, "../lab/charts/mnemom-gateway");
const chart = parse(readFileSync(join(folder, "values.yaml"), "utf8")) as Values;

test("every value that is told as a trap is one of the chart's (T-08)", () => {
  for (const { path } of releaseRules.valueTraps) {
    expect([path, valueAt(chart, path.split("."))]).not.toEqual([path, undefined]);
  }
});

test.each(["redis", "postgresql"])("no template reads %s, whatever it promises (T-08)", (key) => {
  const templates = join(folder, "templates");
  const texts = readdirSync(templates, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ya?ml|tpl|txt)$/.test(file))
    .map((file) => readFileSync(join(templates, file), "utf8"));
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((text) => text.includes(`.Values.${key}`))).toEqual([]);
  expect(releaseRules.valueTraps.map(({ path }) => path)).toContain(key);
});
