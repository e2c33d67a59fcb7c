import { z } from "zod";
import { platformFields } from "./open-platform";

/** Input of the step that has instances wait for their turns before their workloads are touched. */
export const sessionsInputSchema = z.strictObject({
  ...platformFields,
  /** Workloads all of whose instances are about to be replaced. */
  workloads: z.array(z.string().min(1)).min(1),
});

/** As the program writes it: what has a default may be left out. */
export type SessionsInput = z.input<typeof sessionsInputSchema>;
/** As the step reads it: complete. */
export type SessionsTask = z.output<typeof sessionsInputSchema>;
