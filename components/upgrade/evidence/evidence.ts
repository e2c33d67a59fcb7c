import { z } from "zod";
import { cameBackSchema } from "../plan/came-back";
import { trafficSources } from "../traffic";
import { replacedInstances } from "./replaced-instances";

/** Answers within some time, and those of them with a status 5xx. */
const traffic = { requests: z.number(), errors: z.number() };

/**
 * What the verification of a release leaves behind: a stack output, free of secrets, and the only thing that
 * production trusts about staging. It changes only when a verification has passed.
 */
export const evidenceSchema = z.strictObject({
  /** The verified release, as in the stack file: `1.1.0`. */
  version: z.string(),
  /** Running image digest per workload: `{"smoltbot-mnemom-gateway-gateway": "sha256:..."}`. */
  digests: z.record(z.string(), z.string()),
  /**
   * Digest of the manifest per image, the migration's as well: `{"ghcr.io/mnemom/gateway:1.1.0": "sha256:..."}`; "" if the runtime did
   * not tell it. Absent in evidence of older programs, as are chart and settings.
   */
  images: z.record(z.string(), z.string()).optional(),
  /** The chart that it was rendered from. */
  chart: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  /** Names of all settings of its pods, without their values: `smoltbotSecrets.SUPABASE_URL`, `values.config.LOG_LEVEL`. */
  settings: z.array(z.string()).optional(),
  /** Hash over every rendered object: what exactly was verified. It holds names of the stack, and so differs from stack to stack. */
  configHash: z.string(),
  /** Last applied migration, or "" if the database holds none. */
  schemaHead: z.string(),
  /** When that was read, where the database could not be asked on a way back that needs nothing from it; absent: at the verification. */
  schemaSeenAt: z.string().optional(),
  /** The way back by which the release came, within its major; absent if it came otherwise. */
  cameBack: cameBackSchema.optional(),
  /** What asked for this verification if nothing was declared anew; it stays the same until something else asks. */
  occasion: z.string().optional(),
  /** What the last restore had come to by then, as its step has printed it; absent before the first. */
  restored: z.string().optional(),
  /** What became of each instance that the last rollout has replaced one at a time, and of what users had open on it; absent if there was none (B-10, B-12). */
  replaced: replacedInstances.optional(),
  /** ISO 8601, UTC. */
  verifiedAt: z.string(),
  /** Requests that were sent through the gateway itself during the verification, and how many of them failed. */
  probes: z.strictObject({ sent: z.number(), failed: z.number() }),
  /** Container restarts since the rollout. */
  restarts: z.number(),
  /** What the new pods answered while they were watched, and who has counted it; absent in evidence of older programs (S-49). */
  traffic: z
    .strictObject({
      ...traffic,
      verdict: z.enum(["good", "no data"]),
      source: z.enum(trafficSources),
      /** What the gateway answered before the upgrade, where Prometheus knows it. */
      before: z.strictObject(traffic).optional(),
    })
    .optional(),
});

export type Evidence = z.infer<typeof evidenceSchema>;
