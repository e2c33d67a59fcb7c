import { expect, test } from "vitest";
import { releaseOf } from "../../../components/bamf/catalogue";
import { chartRelease } from "../../../components/bamf/gates/chart-release";
import { spoken } from "../../upgrade/gates/findings";
import { known } from "../known";

const at = "gateways:bamf.chart";
const ask = (
  wanted: string,
  chart: { readonly name?: string; readonly version?: string; readonly appVersion?: string } = {},
  tag = `v${wanted}`,
) =>
  chartRelease({
    chart: { name: "bamf", version: wanted, appVersion: `v${wanted}`, ...chart },
    wanted,
    row: releaseOf(known, wanted),
    images: [
      {
        at: "Deployment/bamf-api container api",
        image: `ghcr.io/mattrobinsonsre/bamf-api:${tag}`,
      },
      { at: "StatefulSet/bamf-redis container redis", image: "redis:7-alpine" },
    ],
    at,
  });

test("the chart of the wanted release with its own tags passes: the chart without v, images with it (T-21)", () => {
  expect(spoken(ask("0.11.0"))).toEqual([`pass ${at}: chart bamf 0.11.0 with images v0.11.0`]);
});

test("the chart of another release blocks, whatever the version of the gateway says (T-21)", () => {
  const findings = ask("0.11.0", { version: "0.10.0" });
  expect(spoken(findings)).toEqual([`block ${at}: chart bamf 0.10.0`]);
  expect(findings[0]).toMatchObject({ expected: "chart bamf 0.11.0, of release 0.11.0" });
});

test("another chart blocks, with the place of the right one (T-21)", () => {
  const findings = ask("0.11.0", { name: "kubamf" });
  expect(spoken(findings)).toEqual([`block ${at}: chart kubamf 0.11.0`]);
  expect(findings[0]?.fix).toContain("oci://ghcr.io/mattrobinsonsre/bamf");
});

test("a chart out of the source warns: it tells of no release", () => {
  expect(spoken(ask("0.11.0", { version: "0.0.0" }))).toEqual([
    `warn ${at}: chart bamf 0.0.0, as the source has it: it tells of no release`,
  ]);
});

test("an image with the default tag of an older chart blocks: it was published with v (T-21)", () => {
  expect(spoken(ask("0.4.0", { appVersion: "0.4.0" }, "0.4.0"))).toEqual([
    "block Deployment/bamf-api container api: image ghcr.io/mattrobinsonsre/bamf-api:0.4.0, the chart's default tag, which was never published",
  ]);
  expect(spoken(ask("0.4.0", { appVersion: "0.4.0" }))).toEqual([
    `pass ${at}: chart bamf 0.4.0 with images v0.4.0`,
  ]);
});

test("a release without a row is held to its own name", () => {
  expect(spoken(ask("0.12.0"))).toEqual([`pass ${at}: chart bamf 0.12.0 with images v0.12.0`]);
  expect(spoken(ask("0.12.0", { version: "0.11.0" }))).toEqual([`block ${at}: chart bamf 0.11.0`]);
});
