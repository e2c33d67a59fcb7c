import { z } from "zod";

/**
 * What the verification of a release leaves behind: a stack output, free of secrets, and the only thing that
 * production trusts about staging. It changes only when a verification has passed.
 */
export const evidenceSchema = z.strictObject({
  /** The verified release, as in the stack file: `1.1.0`. */
  version: z.string(),
  /** Running image digest per workload: `{"smoltbot-mnemom-gateway-gateway": "sha256:..."}`. */
  digests: z.record(z.string(), z.string()),
  /** Hash over every rendered object and the chart: what exactly was verified. */
  configHash: z.string(),
  /** Last applied migration, or "" where the database holds none. */
  schemaHead: z.string(),
  /** ISO 8601, UTC. */
  verifiedAt: z.string(),
  /** Requests that were sent through the gateway itself during the verification, and how many of them failed. */
  probes: z.strictObject({ sent: z.number(), failed: z.number() }),
  /** Container restarts since the rollout. */
  restarts: z.number(),
});

export type Evidence = z.infer<typeof evidenceSchema>;
