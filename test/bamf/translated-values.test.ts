import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { translateValues } from "../../components/bamf/translate-values";
import { checkValues } from "../../components/kubernetes/helm/check-values";
import { readChartValues, type ChartValues } from "../../components/kubernetes/helm/values-schema";
import type { Values } from "../../components/upgrade/values";
import { writeBamfChart } from "../lab/bamf/charts";
import { INSTALLATION, type Layout } from "./installation";
import { known } from "./known";

const RELEASES = ["0.7.0", "0.9.1", "0.11.0"] as const;
const LAYOUTS = Object.keys(INSTALLATION) as readonly Layout[];

let folder: string;
const charts = new Map<string, ChartValues>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bamf-charts-"));
  for (const release of RELEASES) {
    const path = await writeBamfChart({ tag: `v${release}` }, folder);
    charts.set(release, await readChartValues({ path }));
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function faults(values: Values, release: string): Promise<readonly string[]> {
  const { schema, defaults } = charts.get(release)!;
  const check = await checkValues(schema, { defaults, values });
  return check.kind === "checked" ? check.faults.map(({ path }) => path.join(".")) : [check.kind];
}

/** What it does not prove: that the stand-in's schema is the product's; it has its form. */
test.each(RELEASES)(
  "values of every layout fit the schema of %s once they are translated (T-27)",
  async (release) => {
    for (const layout of LAYOUTS) {
      const translation = translateValues(known, INSTALLATION[layout], release);
      if (translation.kind === "unknown") throw new Error(translation.reason);
      expect([layout, await faults(translation.values, release)]).toEqual([layout, []]);
    }
  },
);

test("values of another layout do not fit as they are, and the schema names what it does not know (T-27)", async () => {
  expect(await faults(INSTALLATION["0.6.0-0.9.1"], "0.11.0")).toEqual(["outpost"]);
  expect(await faults(INSTALLATION["0.10.0-0.11.0"], "0.9.1")).toEqual(["edge"]);
});
