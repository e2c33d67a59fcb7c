import { z } from "zod";
import { platformFields } from "./open-platform";

/** What becomes of sessions that stay open. */
export const remainingFields = {
  /** What becomes of sessions that are open after their time and that nothing can carry over. */
  policy: z.enum(["wait", "stop", "cut"]).default("stop"),
  /** How many sessions the operator has consented to cut for this release, over all instances. */
  cut: z.number().int().min(0).default(0),
  /** How long sessions get to end by themselves, in seconds. */
  limitSeconds: z.number().min(0).default(300),
};

/** Input of the step that deals with sessions before their workloads are touched. */
export const sessionsInputSchema = z.strictObject({
  ...platformFields,
  /** Workloads all of whose instances are about to be replaced. */
  workloads: z.array(z.string().min(1)).min(1),
  /** Kind of the sessions: `bamf-agents`. */
  sessions: z.string().min(1),
  /** What that kind is told. */
  options: z.record(z.string(), z.unknown()).default({}),
  ...remainingFields,
});

/** As the program writes it: what has a default may be left out. */
export type SessionsInput = z.input<typeof sessionsInputSchema>;
/** As the step reads it: complete. */
export type SessionsTask = z.output<typeof sessionsInputSchema>;
