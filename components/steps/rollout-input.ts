import { z } from "zod";
import { platformFields } from "./open-platform";

/** Input of the rollout step. Durations are in seconds. */
export const rolloutInputSchema = z.strictObject({
  ...platformFields,
  deployments: z
    .array(
      z.strictObject({
        /** A Deployment by its name alone, a StatefulSet as `StatefulSet/bridge`. */
        name: z.string().min(1),
        /** Wanted image per container. */
        images: z.record(z.string(), z.string()),
        /** Where a pod says which of its checks fails; read when it does not get ready. */
        health: z.strictObject({ port: z.number(), path: z.string() }).optional(),
        /** How old pods leave that have no pause before their stop; left out if none of them serves. */
        drain: z
          .strictObject({ label: z.string().min(1), pauseSeconds: z.number().positive() })
          .optional(),
        /** How instances that wait for their turn are replaced, one at a time; left out if their place does that by itself. */
        oneByOne: z.looseObject({ withinSeconds: z.number().positive() }).optional(),
      }),
    )
    .min(1),
  /** How a mirror renames images: the beginnings of their names. */
  mirrors: z.record(z.string(), z.string()).default({}),
  deadlineSeconds: z.number().positive().default(600),
  /** A shorter limit than the pods' own probes allow. */
  readyWithinSeconds: z.number().positive().optional(),
  /** Raise if the cluster adds nodes on demand. */
  unschedulableWithinSeconds: z.number().positive().default(10),
});

/** As the program writes it: what has a default may be left out. */
export type RolloutInput = z.input<typeof rolloutInputSchema>;
/** As the step reads it: complete. */
export type RolloutTask = z.output<typeof rolloutInputSchema>;
export type WatchedWorkload = RolloutTask["deployments"][number];
