import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { writeBamfChart } from "./charts";
import { bamfReleases } from "./releases";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bamf-charts-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Written {
  readonly values: Record<string, Record<string, unknown>>;
  readonly accepts: (values: object) => boolean;
}

async function written(tag: string): Promise<Written> {
  const chart = await writeBamfChart({ tag }, folder);
  const values = parse(await readFile(join(chart, "values.yaml"), "utf8")) as Written["values"];
  const schema = JSON.parse(await readFile(join(chart, "values.schema.json"), "utf8")) as object;
  // As upstream, the schema names its language by https, which is not the name that it has.
  const check = new Ajv({ validateSchema: false }).compile({ ...schema, $schema: undefined });
  return { values, accepts: (given) => check(given) };
}

describe("the charts of BAMF", () => {
  test.each(bamfReleases.map(({ tag }) => tag))("%s accept their own defaults", async (tag) => {
    const { values, accepts } = await written(tag);
    expect(accepts(values)).toBe(true);
  });

  test("refuse a key that nobody knows, at the root and further down", async () => {
    const { accepts } = await written("v0.11.0");
    expect(accepts({ outpust: {} })).toBe(false);
    expect(accepts({ core: { api: { replica: 2 } } })).toBe(false);
    expect(accepts({ core: { redis: { external: { tls: true } } } })).toBe(false);
  });

  test("keep to the layout of their release: outpost before v0.10.0, edge since (T-27)", async () => {
    const old = await written("v0.9.1");
    const current = await written("v0.10.0");
    const [outpost, edge] = [{ outpost: { name: "eu" } }, { edge: { name: "eu" } }];
    expect([old.accepts(outpost), old.accepts(edge)]).toEqual([true, false]);
    expect([current.accepts(outpost), current.accepts(edge)]).toEqual([false, true]);
    expect(Object.keys(old.values)).toEqual(
      Object.keys(current.values).map((key) => (key === "edge" ? "outpost" : key)),
    );
  });

  test("know the agent's pause before its end until v0.8.0 alone (T-27)", async () => {
    const values = { agent: { preStopSleepSeconds: 5 } };
    expect((await written("v0.7.0")).accepts(values)).toBe(true);
    expect((await written("v0.9.1")).accepts(values)).toBe(false);
  });

  test("have limits for requests from v0.7.0 on", async () => {
    const limits = async (tag: string): Promise<unknown> => {
      const { values } = await written(tag);
      return (values["core"]!["api"] as { config: { rate_limit?: unknown } }).config.rate_limit;
    };
    expect(await limits("v0.6.0")).toBeUndefined();
    expect(await limits("v0.7.0")).toMatchObject({ enabled: true, auth_requests_per_minute: 10 });
  });
});
