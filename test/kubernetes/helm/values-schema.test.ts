import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readChartValues } from "../../../components/kubernetes/helm/values-schema";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chart-values-"));
});
afterAll(() => rm(folder, { recursive: true }));

const schema = { type: "object" };

/** A chart folder of that name with a subchart that has a schema of its own. */
async function chart(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, "charts", "sub"), { recursive: true });
  await writeFile(join(path, "charts", "sub", "values.schema.json"), '{"type":"array"}');
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

async function packed(name: string): Promise<string> {
  const file = join(folder, `${name}.tgz`);
  await create({ file, cwd: folder, gzip: true }, [name]);
  return file;
}

test("a chart's schema and defaults are read from a folder and from an archive alike, not those of its subcharts (T-27)", async () => {
  const files = { "values.schema.json": JSON.stringify(schema), "values.yaml": "a: { b: 1 }\n" };
  const path = await chart("whole", files);
  const found = { schema, defaults: { a: { b: 1 } } };
  expect(await readChartValues({ path })).toEqual(found);
  expect(await readChartValues({ path: await packed("whole") })).toEqual(found);
});

test("a chart with neither has no schema and no defaults", async () => {
  const path = await chart("bare", {});
  const found = { schema: undefined, defaults: {} };
  expect(await readChartValues({ path })).toEqual(found);
  expect(await readChartValues({ path: await packed("bare") })).toEqual(found);
});

test("a schema that is no JSON is an error that names the file", async () => {
  const path = await chart("broken", { "values.schema.json": "{" });
  await expect(readChartValues({ path })).rejects.toThrow(
    "values.schema.json of the chart cannot be read",
  );
});
