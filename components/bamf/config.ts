import { z } from "zod";
import { chartFields, chartPerRelease } from "../config/chart-schema";
import { consent, hopConsentsSchema } from "../config/consents-schema";
import { migrationFields } from "../config/migration-schema";
import { gatewayFields } from "../config/schema";
import { version as releaseVersion, whole } from "../config/words";
import type { InKubernetes } from "../kubernetes/gateway/settings";

const minutes = whole("minutes", 0);

const sessions = z.strictObject({
  policy: z
    .enum(["wait", "stop", "cut"], "wait, stop or cut")
    .default("stop")
    .describe(
      "What happens to sessions that are still open on a bridge or through an agent at the limit: `wait` waits on, `stop` ends the run with all of them serving, `cut` ends them, with `consents.cut`.",
    ),
  limitMinutes: minutes
    .default(30)
    .describe(
      "Longest wait for the sessions of one bridge to end by themselves, and for those of all agents together, in minutes. With 0 they get none: they are carried over at once, or the policy decides at once.",
    ),
  guard: z
    .boolean("true or false")
    .default(true)
    .describe(
      "Carries plain tunnels that are still open at the limit over the stop of their bridge, by what the program writes into the product's Redis.",
    ),
  cordon: z
    .boolean("true or false")
    .default(true)
    .describe(
      "Leads new sessions to other bridges before a bridge stops, and to new agents before an old one does, by what the program writes into the product's Redis. Only for releases for which the catalogue vouches.",
    ),
});

const elsewhere = z.strictObject({
  clis: z.array(releaseVersion).default([]).describe("Releases of the CLIs that people use."),
  agents: z.array(releaseVersion).default([]).describe("Releases of agents outside of the chart."),
});

const consents = hopConsentsSchema.extend({
  cut: consent
    .extend({
      sessions: whole("sessions").describe(
        "Most sessions that may be cut, over all bridges, and over all agents of the chart again.",
      ),
    })
    .optional()
    .describe("Cuts sessions that are still open at the limit of `sessions.limitMinutes`."),
  skew: consent
    .optional()
    .describe(
      "Lets the wanted release come while API, bridges, proxy and web are of two others already: three of them run side by side until it is everywhere.",
    ),
});

/** The vendor's registry. The guide names another path, at which there is nothing (T-21). Source: `mattrobinsonsre/bamf@v0.11.0:.github/workflows/ci.yml` */
const CHART = "oci://ghcr.io/mattrobinsonsre/bamf";

// How many pods serve is said by the values of the chart, for each of its parts: no availability.
const { version, catalogue, adopt, notesRead, backup, rollout, verify } = gatewayFields;

/** Everything that a stack file may say about BAMF, wherever it runs, in the order of the reference. */
export const bamfSchema = z.strictObject({
  version,
  chart: chartPerRelease.prefault({ oci: CHART }).describe("Where the chart comes from."),
  catalogue,
  ...chartFields,
  values: chartFields.values.describe(
    "Values of the chart, in the layout of any release: they are translated into that of the wanted one, and the preview shows how.",
  ),
  adopt,
  notesRead,
  consents: consents.prefault({}).describe("Consents to one danger and one release each."),
  backup,
  schema: z.strictObject(migrationFields).prefault({}).describe("The migration of the database."),
  rollout,
  sessions: sessions.prefault({}).describe("What happens to the sessions of a bridge or an agent."),
  elsewhere: elsewhere
    .prefault({})
    .describe(
      "What belongs to it and runs elsewhere. Nothing tells its release, so that the stack file has to: it may not be newer than the API.",
    ),
  verify,
});

/** The same, with what Kubernetes adds. */
export type BamfConfig = InKubernetes<z.infer<typeof bamfSchema>>;
