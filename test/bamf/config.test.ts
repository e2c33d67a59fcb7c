import { describe, expect, test } from "vitest";
import { chartFor } from "../../components/config/chart-schema";
import { parseConfig } from "../../components/config/parse";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { products } from "../../components/products";
import { smoltbot as least } from "../config/stack-values";
import { exampleBamf } from "./example";

const parse = (keys: Readonly<Record<string, unknown>>) =>
  parseConfig(
    Object.fromEntries(
      Object.entries({ bamfSecrets: {}, ...keys }).map(([key, value]) => [
        `gateways:${key}`,
        JSON.stringify(value),
      ]),
    ),
    products,
    [configuredKubernetes],
  );
const faultsOf = (own: object) => {
  const parsed = parse({ bamf: { version: "0.11.0", kubernetes, ...own } });
  return "faults" in parsed ? parsed.faults.map(({ at }) => at) : [];
};
const kubernetes = { context: "prod", namespace: "bamf" };

describe("a stack file with a BAMF", () => {
  test("says no more than its release and where it is: the chart is the vendor's of that release (T-21)", () => {
    const { chart } = exampleBamf();
    expect(chartFor(chart, "0.11.0", "0.11.0")).toEqual({
      oci: "oci://ghcr.io/mattrobinsonsre/bamf",
      version: "0.11.0",
    });
  });

  test("has a chart for each release in a folder, a repository or a registry, and may hold one back", () => {
    const of = (chart: object) => chartFor(exampleBamf({ chart }).chart, "0.11.0", "0.11.0");
    expect(of({ path: "charts/bamf-{version}.tgz" })).toEqual({ path: "charts/bamf-0.11.0.tgz" });
    const repo = { repo: "https://charts.example", name: "bamf" };
    expect(of(repo)).toEqual({ ...repo, version: "0.11.0" });
    expect(of({ oci: "oci://mirror.example/bamf", version: "0.11.1" })).toMatchObject({
      version: "0.11.1",
    });
  });

  test("may give tunnels no time to end by themselves, so that they are carried at once", () => {
    expect(faultsOf({ sessions: { limitMinutes: 0 } })).toEqual([]);
    expect(faultsOf({ sessions: { limitMinutes: -1 } })).toEqual([
      "gateways:bamf.sessions.limitMinutes",
    ]);
  });

  test("may hold a smoltbot beside it", () => {
    const parsed = parse({
      bamf: { version: "0.11.0", kubernetes },
      smoltbot: least,
      smoltbotSecrets: {},
    });
    const gateways = "gateways" in parsed ? parsed.gateways : [];
    expect(gateways.map(({ config }) => config.name)).toEqual(["smoltbot", "bamf"]);
  });

  test.each([
    [
      "a policy that there is not",
      { sessions: { policy: "kill" } },
      "gateways:bamf.sessions.policy",
    ],
    [
      "a number of pods, which the chart's values say",
      { availability: {} },
      "gateways:bamf.availability",
    ],
    [
      "a cut of sessions without a number",
      { consents: { cut: { release: "0.11.0", reason: "tonight" } } },
      "gateways:bamf.consents.cut.sessions",
    ],
    ["a chart key of another form", { chart: { oci: "https://a.example" } }, "gateways:bamf.chart"],
  ])("is refused with %s", (_, own, at) => {
    expect(faultsOf(own).some((found) => found.startsWith(at))).toBe(true);
  });

  test.each([
    ["latest", { version: "latest" }, "gateways:bamf.version"],
    ["a range", { version: "^0.11.0" }, "gateways:bamf.version"],
    ["a minor alone", { version: "0.11" }, "gateways:bamf.version"],
    [
      "a chart of a range",
      { chart: { oci: "oci://mirror.example/bamf", version: ">=0.11.0" } },
      "gateways:bamf.chart",
    ],
  ])(
    "names one release for good: %s is refused, since it would be another one tomorrow (B-02)",
    (_, own, at) => {
      expect(faultsOf(own).some((found) => found.startsWith(at))).toBe(true);
      expect(faultsOf({})).toEqual([]);
    },
  );
});
