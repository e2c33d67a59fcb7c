import { z } from "zod";
import { isWithoutCredentials } from "../config/words";

const URL_WORDS = "an http or https URL without user and password";
const label = z
  .string("name of a label")
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "name of a label such as namespace");

/**
 * Where Prometheus, or what answers its queries (Thanos, Mimir, VictoriaMetrics), is asked about a gateway's pods, and by what labels it
 * knows them. Without secrets: a bearer token is given apart.
 */
export const prometheusAccessSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: URL_WORDS })
    .refine(isWithoutCredentials, URL_WORDS)
    .describe(
      "Base of the query API, seen from where `pulumi` runs: what comes before `/api/v1/query`.",
    ),
  labels: z
    .strictObject({
      namespace: label.default("namespace").describe("Label that holds a pod's namespace."),
      pod: label.default("pod").describe("Label that holds a pod's name."),
    })
    .prefault({})
    .describe("Labels by which Prometheus knows a pod."),
  matchers: z
    .record(label, z.string("value of a label"))
    .default({})
    .describe(
      "Further labels that its series must have, such as `cluster: prod` if it knows several clusters.",
    ),
  baselineMinutes: z
    .number("minutes")
    .int("whole minutes")
    .min(1, "at least 1")
    .default(60)
    .describe("Minutes before the upgrade with which the share of 5xx is compared."),
});

export type PrometheusAccess = z.output<typeof prometheusAccessSchema>;
