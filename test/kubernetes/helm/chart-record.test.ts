import { expect, test } from "vitest";
import { recordedDefaults, chartRecord } from "../../../components/kubernetes/helm/chart-record";

const rendering = {
  chart: { name: "mnemom-gateway", version: "0.1.0", appVersion: "1.0.0" },
  defaults: { replicaCount: 2, config: { PORT: "8787", note: "a: b\n" }, list: [], none: null },
};
const record = chartRecord({
  fullname: "smoltbot-mnemom-gateway",
  namespace: "smoltbot",
  labels: {},
  rendering,
});
const data = record["data"] as Readonly<Record<string, string>>;

test("a record gives back the very defaults that went in (S-22)", () => {
  expect(recordedDefaults(data)).toEqual(rendering.defaults);
});

test("a record names its chart in plain text", () => {
  expect(record.metadata.name).toBe("smoltbot-mnemom-gateway-chart");
  expect(data).toMatchObject({
    chart: "mnemom-gateway",
    chartVersion: "0.1.0",
    appVersion: "1.0.0",
  });
});

test.each([
  ["no record", undefined],
  ["no defaults in it", {}],
  ["defaults that are no map", { "defaults.yaml": "text" }],
  ["defaults that are no YAML", { "defaults.yaml": "{" }],
])("%s is nothing to compare with", (_case, found) => {
  expect(recordedDefaults(found)).toBeUndefined();
});
