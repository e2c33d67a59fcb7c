import { z } from "zod";

/** What the rollout's step has printed about one instance; see `ReplacedInstance` there for each. */
const replacedInstance = z.object({
  instance: z.string(),
  /** From the first look at it until its successor took what came. */
  seconds: z.number(),
  /** What users had open on it: when new ones were kept off it, and at its stop. */
  found: z.number().optional(),
  atStop: z.number().optional(),
  /** Of those at its stop. */
  kept: z.number().optional(),
  lost: z.number().optional(),
  cut: z.number().optional(),
  /** True if its successor ran beside it, and took what was new while what it had came to its end. */
  beside: z.boolean().optional(),
  longestAwaySeconds: z.number().optional(),
  toldTwice: z.number().optional(),
});

/** What became of each instance that was replaced one at a time, and of what users had open on it, by its workload. */
export const replacedInstances = z.record(z.string(), z.array(replacedInstance));

export type ReplacedInstances = z.infer<typeof replacedInstances>;

const printed = z.object({ replaced: replacedInstances.optional() });

/** Reads it off what a rollout's step has printed; nothing if it tells of none, as the steps of older programs. */
export function replacedIn(text: string): ReplacedInstances {
  return printed.safeParse(JSON.parse(text)).data?.replaced ?? {};
}
