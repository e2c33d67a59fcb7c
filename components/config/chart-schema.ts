import { z } from "zod";
import { isWithoutCredentials, matching, text, version } from "./words";

/** What a chart behind a login takes: Helm's command line is no place for a password (law 6). */
const BY_LOGIN =
  "without user and password (of a private chart: its path after helm pull, or oci after helm registry login)";
const REPOSITORY = `URL of a Helm repository, ${BY_LOGIN}`;
const OCI = `a URL that begins with oci://, ${BY_LOGIN}`;

const chartVersion = version.describe("Version of the chart.");

/** Where the chart comes from: a local folder or .tgz, a Helm repository, or an OCI registry. */
export const chartSource = z.union([
  z
    .strictObject({
      path: text("path of a chart folder or .tgz").describe(
        "Folder or .tgz, relative to the program.",
      ),
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
