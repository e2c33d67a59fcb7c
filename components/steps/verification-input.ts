import { z } from "zod";
import { cameBackSchema } from "../upgrade/plan/came-back";
import { prometheusAccessSchema } from "../prometheus/access";
import { platformFields } from "./open-platform";
import { databaseSourceSchema } from "../postgres/database-source";
import { trackingTableInput } from "../postgres/migrations";

const name = z.string().min(1);
const path = z.string().startsWith("/");

/** Input of the verification step. Durations are in seconds. */
export const verificationInputSchema = z.strictObject({
  ...platformFields,
  /** The wanted release: `1.1.0`. */
  release: name,
  /** Hash over everything that was rolled out; passed on into the evidence. */
  configHash: name,
  /** Why this is asked again although nothing is declared anew; passed on into the evidence. */
  occasion: z.string().default(""),
  /** The way back within a major by which it came, on which the database need not answer; passed on into the evidence. */
  cameBack: cameBackSchema.optional(),
  /** The chart that it was rendered from; passed on into the evidence. */
  chart: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  /** Names of all settings of the pods, without their values; passed on into the evidence. */
  settings: z.array(z.string()).optional(),
  /** The Job that has migrated the database, whose image goes into the evidence as well. */
  migration: z.strictObject({ job: name, image: name }).optional(),
  /** What the operator can do if the release does not hold: `set version to 1.0.0 ...`. */
  wayBack: z.string(),
  workloads: z
    .array(
      z.strictObject({
        /** A Deployment by its name alone, a StatefulSet as `StatefulSet/bridge`. */
        name,
        container: name,
        /** Wanted image of that container. */
        image: name,
        /** True if its pods answer on the service's port. */
        http: z.boolean(),
        /** True if it may be as it was before this program: pods that are not ready are left out and reported (T-01). */
        mayBeUnready: z.boolean().default(false),
      }),
    )
    .min(1),
  /** How a mirror renames images: the beginnings of their names. */
  mirrors: z.record(z.string(), z.string()).default({}),
  /** The way in for users of the gateway. */
  service: z.strictObject({ name, port: z.number() }),
  /** Port on which the pods themselves listen. */
  podPort: z.number().default(8787),
  /** Where a pod says how it is. Source: `mnemom/smoltbot@33f9a5a`, /health/* and /metrics. */
  paths: z.strictObject({ ready: path, live: path, about: path, metrics: path }).default({
    ready: "/health/ready",
    live: "/health/live",
    about: "/health",
    metrics: "/metrics",
  }),
  /**
   * A request that goes all the way through the gateway, and the answers that show that it did. The default has no valid key: whether
   * the provider or the gateway itself refuses it with 401, the way there works, and nothing is spent. 403 is the license gate; 404 and
   * 405 say that something else answers, or that the route is gone.
   */
  proxied: z
    .strictObject({
      path: path.default("/anthropic/v1/models"),
      /** A POST has an empty JSON object as its body. */
      method: z.enum(["GET", "POST"]).default("GET"),
      headers: z.record(z.string(), z.string()).default({ "x-api-key": "gateways-verification" }),
      ok: z.array(z.number()).default([200, 400, 401, 429]),
    })
    .prefault({}),
  /** Asked as well, every second, as users reach the gateway from outside; the same answers are good. */
  url: z.url().optional(),
  /** Counter of requests with a label `status`. */
  requestsMetric: name.default("gateway_requests_total"),
  /** Who else knows these requests; left out if only the pods themselves are asked. Its token comes as PROMETHEUS_TOKEN. */
  prometheus: prometheusAccessSchema.optional(),
  /** Value that `version` of the path `about` must have; left out if the pods do not know their release (T-10, T-11). */
  reportedVersion: z.string().optional(),
  /** Requests that are sent through the service during the window. */
  requests: z.number().int().positive().default(20),
  /** Length of the window in which the release is watched. */
  seconds: z.number().positive().default(10),
  /** Largest share of answers with status 5xx. */
  maxErrorRate: z.number().min(0).max(1).default(0.01),
  /** Regular expressions; error lines of a log that match one are not held against the release. */
  ignoreLogs: z.array(z.string()).default([]),
  /** What only the product can check of itself, by its kind: `bamf`. Left out where it has nothing to check. */
  checks: z.strictObject({ kind: name, options: z.record(z.string(), z.unknown()) }).optional(),
  /** Where the schema is looked at; left out if there is no database to look at. */
  source: databaseSourceSchema.optional(),
  /** Table in which the product lists its migrations. A default, since this input is a trigger: one more key would verify anew what is installed. */
  trackingTable: trackingTableInput,
});

/** As the program writes it: what has a default may be left out. */
export type VerificationInput = z.input<typeof verificationInputSchema>;
/** As the step reads it: complete. */
export type VerificationTask = z.output<typeof verificationInputSchema>;
export type VerifiedWorkload = VerificationTask["workloads"][number];
