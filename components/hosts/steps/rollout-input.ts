import { z } from "zod";
import { claimSchema, hostsFieldsOfSteps } from "./place";

/** Input of the rollout step on hosts. Durations are in seconds. */
export const hostsRolloutInputSchema = z.strictObject({
  ...hostsFieldsOfSteps,
  /** Hosts of the groups that come after these; for messages. */
  later: z.number().int().min(0).default(0),
  claim: claimSchema,
  /** Where the files of a release come from. */
  from: z.strictObject({ url: z.string().optional(), folder: z.string().optional() }),
  /** Address on each host that answers once its agent is ready; `-` for none. */
  ready: z.string().min(1),
  /** How long an agent may take to be ready; then its host puts the old one back. */
  readyWithinSeconds: z.number().positive(),
  tunnels: z.strictObject({
    policy: z.enum(["wait", "stop", "cut"]),
    limitSeconds: z.number().min(0),
    /** Most tunnels that the operator has consented to cut for this release, by group. */
    consented: z.record(z.string(), z.number().int().min(0)),
  }),
  /** True if the operator has consented to another try where the release was swapped back. */
  retry: z.boolean().default(false),
});

/** As the program writes it. */
export type HostsRolloutInput = z.input<typeof hostsRolloutInputSchema>;
/** As the step reads it: complete. */
export type HostsRolloutTask = z.output<typeof hostsRolloutInputSchema>;
