import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chart, objections, useHelmOfLab } from "./world";

/** A hook as a chart may come to have with a new version. */
const hook = (moment: string): string => `
apiVersion: batch/v1
kind: Job
metadata:
  name: warm-cache
  annotations: { "helm.sh/hook": ${moment} }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: warm, image: a/b:1 }] } } }
`;

let folder = "";
beforeAll(useHelmOfLab);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateways-chart-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The gates' objections to the chart with one more template. */
async function objectionsTo(template: string, smoltbot: Readonly<Record<string, unknown>> = {}) {
  const path = await mkdtemp(join(folder, "chart-"));
  await cp(chart.path, path, { recursive: true });
  await writeFile(join(path, "templates", "more.yaml"), template);
  const found = await objections({ smoltbot: { chart: { path }, ...smoltbot } });
  return found.map(({ gate, verdict, at }) => `${verdict} ${gate} at ${at}`);
}

/** Real renderings of a changed chart. */
describe("a chart that comes with one more hook", () => {
  test.each(["pre-upgrade", "post-install,post-upgrade", "pre-rollback"])(
    "for %s is refused by the hook's name, since nothing would run it (T-05)",
    async (moment) => {
      expect(await objectionsTo(hook(moment))).toEqual(["block hooks-inventory at Job/warm-cache"]);
    },
  );

  test("that is given up by name raises no objection (T-05)", async () => {
    expect(await objectionsTo(hook("pre-upgrade"), { ignoreHooks: ["Job/warm-cache"] })).toEqual(
      [],
    );
  });

  test("for helm test alone raises no objection", async () => {
    expect(await objectionsTo(hook("test"))).toEqual([]);
  });
});
