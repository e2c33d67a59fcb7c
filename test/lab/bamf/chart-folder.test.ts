import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { run } from "../run";
import { readSettings } from "../settings";
import { bamfCharts, chartName } from "./chart-folder";
import { bamfReleases } from "./releases";

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "bamf-chart-folder-"));
});
afterAll(() => rm(cache, { recursive: true }));

test("each release has its chart as a folder and as an archive that Helm reads", async () => {
  const folder = await bamfCharts({ ...readSettings({}), cache });
  const names = bamfReleases.map(({ tag }) => chartName(tag));
  expect((await readdir(folder)).sort()).toEqual(
    names.flatMap((name) => [name, `${name}.tgz`]).sort(),
  );
  const archive = join(folder, "bamf-0.10.0.tgz");
  const { stdout } = await run("tar", ["-xzOf", archive, "bamf/Chart.yaml"]);
  expect(parse(stdout)).toMatchObject({ name: "bamf", version: "0.10.0", appVersion: "v0.10.0" });
});
