import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, sourceKey } from "../cache";
import { run } from "../run";
import type { Settings } from "../settings";
import { bamfChart, writeBamfChart } from "./charts";
import { bamfReleases } from "./releases";

const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/** Name of a release's chart as a folder; with `.tgz` behind it, as what `helm package` makes. */
export const chartName = (tag: string): string => `bamf-${tag.slice(1)}`;

/**
 * Writes the charts of all releases the first time somebody asks for them, each as a folder and as a .tgz.
 *
 * @returns the folder in which they lie, by {@link chartName}
 */
export async function bamfCharts(settings: Settings): Promise<string> {
  const sources = ["charts.ts", "chart-folder.ts", "releases.ts"].map((name) =>
    readFile(join(import.meta.dirname, name), "utf8"),
  );
  const key = await sourceKey([bamfChart], await Promise.all(sources));
  return cachedFolder(settings.cache, "bamf-charts", key, async (aside) => {
    for (const release of bamfReleases) {
      await writeBamfChart(release, aside);
      const name = chartName(release.tag);
      const archive = join(aside, `${name}.tgz`);
      // The folder in the archive has the name of the chart.
      const renamed = ["--transform", `s,^${name},bamf,`];
      await run("tar", [...steady, "-C", aside, ...renamed, "-I", "gzip -n", "-cf", archive, name]);
    }
  });
}
