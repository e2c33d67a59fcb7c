import { z } from "zod";
import { hostsFieldsOfSteps } from "./place";

/** Input of the verification step on hosts. Durations are in seconds. */
export const hostsVerificationInputSchema = z.strictObject({
  ...hostsFieldsOfSteps,
  /** Hash over everything that was rolled out; passed on into the evidence. */
  configHash: z.string().min(1),
  /** Why this is asked again although nothing is declared anew; passed on into the evidence. */
  occasion: z.string().default(""),
  /** What the operator can do if the release does not hold. */
  wayBack: z.string(),
  /** Length of the time in which the agents are watched. */
  seconds: z.number().positive().default(10),
  /** What only the product can look at, by its kind. Left out where it has nothing to check. */
  checks: z
    .strictObject({ kind: z.string().min(1), options: z.record(z.string(), z.unknown()) })
    .optional(),
});

/** As the program writes it. */
export type HostsVerificationInput = z.input<typeof hostsVerificationInputSchema>;
/** As the step reads it: complete. */
export type HostsVerificationTask = z.output<typeof hostsVerificationInputSchema>;
