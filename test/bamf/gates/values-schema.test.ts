import { describe, expect, test } from "vitest";
import { valuesSchema } from "../../../components/bamf/gates/values-schema";
import { translateValues } from "../../../components/bamf/translate-values";
import { checkValues } from "../../../components/kubernetes/helm/check-values";
import type { Values } from "../../../components/upgrade/values";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

const [at, chartAt] = ["gateways:bamf.values", "gateways:bamf.chart"];

const part = (properties: object) => ({ type: "object", properties, additionalProperties: false });
/** A schema with the form of the chart's own, which names its dialect by https. */
const schema = {
  $schema: "https://json-schema.org/draft-07/schema#",
  ...part({
    core: part({
      api: part({
        replicas: { type: "integer", minimum: 1 },
        config: part({ log_level: { enum: ["debug", "info"] } }),
      }),
    }),
    edge: part({ name: { type: "string", pattern: "^[a-z][a-z0-9-]*$" } }),
    gateway: part({ hostname: { type: "string" }, tunnelDomain: { type: "string" } }),
  }),
};
const defaults = { core: { api: { replicas: 2 } }, edge: { name: "default" } };

async function judged(values: Values, rules: unknown, own: Values, wanted = "0.11.0") {
  const translation = translateValues(known, values, wanted);
  const given = translation.kind === "unknown" ? values : translation.values;
  const check = await checkValues(rules, { defaults: own, values: given });
  return valuesSchema({
    check,
    translation,
    values: given,
    defaults: own,
    chart: `bamf ${wanted}`,
    at,
    chartAt,
  });
}
const ask = (values: Values, rules: unknown = schema, own: Values = defaults) =>
  judged(values, rules, own);

describe("values before the schema of the target chart (T-27)", () => {
  test("that it takes pass, whatever dialect it names by https", async () => {
    expect(spoken(await ask({ core: { api: { replicas: 3 } } }))).toEqual([
      `pass ${at}: values that the schema of bamf 0.11.0 takes`,
    ]);
  });

  test("that it refuses block, all of them at once", async () => {
    const values = { core: { api: { replicas: 0, config: { log_level: "loud" } } } };
    const findings = await ask({ ...values, edge: { name: "EU" } });
    expect(spoken(findings)).toEqual([
      `block ${at}.core.api.replicas: 0, which the schema refuses`,
      `block ${at}.core.api.config.log_level: "loud", which the schema refuses`,
      `block ${at}.edge.name: "EU", which the schema refuses`,
    ]);
    expect(findings.map(({ expected }) => expected)).toEqual([
      "at least 1",
      'one of "debug", "info"',
      "a text that matches ^[a-z][a-z0-9-]*$",
    ]);
  });

  test("with a name that it does not know block, with the nearest one", async () => {
    const findings = await ask({ core: { api: { replcias: 2 } } });
    expect(spoken(findings)).toEqual([
      `block ${at}.core.api.replcias: a name that the schema does not know`,
    ]);
    expect(findings[0]).toMatchObject({
      expected: "one of replicas, config",
      fix: "remove it, or write replicas if that was meant",
    });
  });

  test("of an older layout are told by the name that the file has", async () => {
    expect(spoken(await ask({ api: { replicas: "two" }, outpost: { nmae: "eu" } }))).toEqual([
      `block ${at}.api.replicas: "two", which the schema refuses; it becomes core.api.replicas`,
      `block ${at}.outpost.nmae: a name that the schema does not know; it becomes edge.nmae`,
    ]);
  });

  test("with a map that it does not know are told by the name of the map", async () => {
    expect(spoken(await ask({ outpost: { bridge: { replicas: 2 } } }))).toEqual([
      `block ${at}.outpost.bridge: a name that the schema does not know; it becomes edge.bridge`,
    ]);
  });

  test("of which one is missing block", async () => {
    const rules = { ...schema, required: ["gateway"] };
    const findings = await ask({}, rules);
    expect(spoken(findings)).toEqual([`block ${at}.gateway: no value`]);
    expect(findings[0]).toMatchObject({ fix: "set gateway" });
  });

  test("with a name where the schema knows none block, and no other name is proposed", async () => {
    const findings = await ask({ edge: {} }, { ...schema, properties: {} }, {});
    expect(spoken(findings)).toEqual([`block ${at}.edge: a name that the schema does not know`]);
    expect(findings[0]).toMatchObject({ expected: "no such key", fix: "remove it" });
  });

  test("that nobody translated are told by the names that they have", async () => {
    const values = { api: { replicas: 2 }, edge: { name: "EU" } };
    expect(spoken(await judged(values, schema, defaults, "0.12.0"))).toEqual([
      `block ${at}.api: a name that the schema does not know`,
      `block ${at}.edge.name: "EU", which the schema refuses`,
    ]);
  });

  test("that are the chart's own and do not fit are laid to the chart", async () => {
    const findings = await ask({}, schema, { ...defaults, core: { api: { replicas: "2" } } });
    expect(spoken(findings)).toEqual([
      `block ${chartAt}: "2", which the schema refuses; it is core.api.replicas, and the stack file does not set it`,
    ]);
    expect(findings[0]?.fix).toBe(
      "take another chart: its own defaults, or what this program sets, do not fit its schema",
    );
  });

  test("that are the chart's own under a name that the file sets and the translation leaves out are laid to the chart", async () => {
    const agent = { preStopSleepSeconds: 5 };
    expect(spoken(await ask({ agent }, schema, { ...defaults, agent }))).toEqual([
      `block ${chartAt}: a name that the schema does not know; it is agent, and the stack file does not set it`,
    ]);
  });

  test("a null takes a default away, as Helm does it", async () => {
    const own = { ...defaults, surplus: true };
    expect(spoken(await ask({ surplus: null }, schema, own))[0]).toMatch(/^pass /);
    expect(spoken(await ask({}, schema, own))[0]).toMatch(/^block /);
  });

  test("show no secret where they are refused", async () => {
    const secret = "s3cr3t-Value-0123456789";
    const findings = await ask({ core: { api: { replicas: secret } }, gateway: [secret] });
    expect(findings.every(({ verdict }) => verdict === "block")).toBe(true);
    expect(JSON.stringify(findings)).not.toContain(secret);
  });
});

test("a chart without a schema is told with a warning: a wrong name would be ignored (T-27)", async () => {
  expect(spoken(await judged({}, undefined, defaults))).toEqual([
    `warn ${chartAt}: no schema of the values in the chart bamf 0.11.0, which ignores a name that it does not know`,
  ]);
});

test.each([
  ["a schema that is a text", "no", "it is no object"],
  ["a schema that refers to nothing", { $ref: "#/definitions/x" }, "can't resolve reference"],
])("%s is told with a warning, and Helm alone checks", async (_, rules, reason) => {
  const [said] = spoken(await ask({}, rules));
  expect(said).toMatch(/^warn /);
  expect(said).toContain(reason);
});
