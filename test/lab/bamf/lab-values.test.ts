import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBamfChart } from "./charts";
import { labValues } from "./lab-values";
import { bamfReleases } from "./releases";

const agents = { replicas: 2, apiServer: { host: "10.245.0.1", port: 1234 } };
const database = { host: "10.245.0.1", port: 15432, name: "demo_prod" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bamf-values-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function accepts(tag: string, values: object): Promise<boolean> {
  const chart = await writeBamfChart({ tag }, folder);
  const schema = JSON.parse(await readFile(join(chart, "values.schema.json"), "utf8")) as object;
  return new Ajv({ validateSchema: false }).compile({ ...schema, $schema: undefined })(values);
}

describe("the lab's values", () => {
  test.each(bamfReleases.filter(({ fault }) => fault === undefined))(
    "are taken by the chart of $tag, with agents of it",
    async ({ tag, layout }) => {
      const values = labValues({ namespace: "demo-prod", layout, database, agents });
      expect(await accepts(tag, values)).toBe(true);
    },
  );

  test("of the layout before v0.10.0 are refused by its chart: they have to be translated", async () => {
    const values = labValues({ namespace: "demo-prod", layout: "outpost", database });
    expect(await accepts("v0.10.0", values)).toBe(false);
  });
});
