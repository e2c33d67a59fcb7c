import { z } from "zod";
import { isWithoutCredentials, matching, text, version } from "./words";

/** What a chart behind a login takes: Helm's command line is no place for a password (law 6). */
const BY_LOGIN =
  "without user and password (of a private chart: its path after helm pull, or oci after helm registry login)";
const REPOSITORY = `URL of a Helm repository, ${BY_LOGIN}`;
const OCI = `a URL that begins with oci://, ${BY_LOGIN}`;

/** Where a chart comes from: a local folder or .tgz, a Helm repository, or an OCI registry. @param path - what `path` means */
const sourceWith = <V extends z.ZodType>(path: string, chartVersion: V) =>
  z.union([
    z
      .strictObject({
        path: text("path of a chart folder or .tgz").describe(path),
        sha256: matching(/^[0-9a-f]{64}$/, "64 hexadecimal digits")
          .optional()
          .describe("SHA-256 of the .tgz. A file with another one is refused."),
      })
      .describe("A folder or .tgz."),
    z
      .strictObject({
        repo: z
          .url(REPOSITORY)
          .refine(isWithoutCredentials, REPOSITORY)
          .describe("URL of the repository, without user and password."),
        name: text("name of the chart").describe("Name of the chart."),
        version: chartVersion,
      })
      .describe("A Helm repository."),
    z
      .strictObject({
        oci: matching(/^oci:\/\//, OCI)
          .refine(isWithoutCredentials, OCI)
          .describe("URL of the chart, which begins with `oci://`, without user and password."),
        version: chartVersion,
      })
      .describe("An OCI registry."),
  ]);

/** One chart for many releases: its version stays when the release changes. */
export const chartSource = sourceWith(
  "Folder or .tgz, relative to the program.",
  version.describe("Version of the chart."),
);

/** The place of the release in the path of a chart. */
const RELEASE = "{version}";

/** A chart of its own for each release: its version follows that of the release, so that an upgrade stays a change of one line. */
export const chartPerRelease = sourceWith(
  `Folder or .tgz, relative to the program. \`${RELEASE}\` in it stands for the wanted release.`,
  version.optional().describe("Version of the chart. Default: that of the wanted release."),
);

type PerRelease = z.infer<typeof chartPerRelease>;
type One = z.infer<typeof chartSource>;

/** The chart of one release. @param chartVersion - version of its chart unless the stack file says another */
export const chartFor = (chart: PerRelease, release: string, chartVersion: string): One =>
  "path" in chart
    ? { ...chart, path: chart.path.replaceAll(RELEASE, release) }
    : { ...chart, version: chart.version ?? chartVersion };

/** What a stack file may say of a chart beside where it comes from. */
export const chartFields = {
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Values of the chart, passed on as they are, below those that the program sets."),
  ignoreHooks: z
    .array(z.string())
    .default([])
    .describe("Hook objects of the chart that may be left out, by name."),
};
