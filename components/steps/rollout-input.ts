import { z } from "zod";
import { platformFields } from "./open-platform";

/** How a workload is rolled one instance at a time. Durations are in seconds. */
export const oneByOneSchema = z.strictObject({
  /** Kind of the sessions that users have open on it: `bamf`. @defaultValue there are none */
  sessions: z.string().min(1).optional(),
  /** What that kind is told. */
  options: z.record(z.string(), z.unknown()).default({}),
  /** What becomes of sessions that are open after their time and that nothing can carry over. */
  policy: z.enum(["wait", "stop", "cut"]).default("stop"),
  /** How many sessions the operator has consented to cut for this release, over all instances. */
  cut: z.number().int().min(0).default(0),
  /** How long sessions get to end by themselves, in seconds. */
  limitSeconds: z.number().min(0).default(300),
  /** Whether new sessions are kept off an instance by what is written into the product's own data. */
  cordon: z.boolean().default(true),
  /** Whether those that can move are carried over after their time; not without the cordon. */
  carry: z.boolean().default(true),
  /** Longest replacement of one instance: its grace period and the start of the new one. */
  withinSeconds: z.number().positive(),
});

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
        /** How its instances are replaced one at a time, and what becomes of the sessions on them; left out if all of them change by themselves. */
        oneByOne: oneByOneSchema.optional(),
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
/** As a product writes it: what has a default may be left out. */
export type OneByOneInput = z.input<typeof oneByOneSchema>;
/** As the step reads it: complete. */
export type OneByOneTask = z.output<typeof oneByOneSchema>;
