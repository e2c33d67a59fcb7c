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
  /** Base of the query API, seen from where `pulumi` runs: what comes before `/api/v1/query`. */
  url: z.url({ protocol: /^https?$/, error: URL_WORDS }).refine(isWithoutCredentials, URL_WORDS),
  /** Labels that hold a pod's namespace and name. */
  labels: z
    .strictObject({ namespace: label.default("namespace"), pod: label.default("pod") })
    .prefault({}),
  /** Further labels that its series must have, such as `cluster: prod` where it knows several clusters. */
  matchers: z.record(label, z.string("value of a label")).default({}),
  /** Minutes before the upgrade that the share of 5xx is compared with. */
  baselineMinutes: z.number("minutes").int("whole minutes").min(1, "at least 1").default(60),
});

export type PrometheusAccess = z.output<typeof prometheusAccessSchema>;
