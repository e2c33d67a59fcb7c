import { z } from "zod";
import { evidenceSchema, type Evidence } from "./evidence";
import { observed, unavailable, type Observation } from "../observation";
import type { Outputs } from "./stack-outputs";

/** The evidence that a stack left behind under this name; undefined if it has none. */
export function readEvidence(
  outputs: Observation<Outputs>,
  name: string,
): Observation<Evidence | undefined> {
  if (!outputs.observed) return outputs;
  const value = outputs.value[name];
  if (value === undefined) return observed(undefined);
  const evidence = evidenceSchema.safeParse(value);
  return evidence.success
    ? observed(evidence.data)
    : unavailable(`the output ${name} is no evidence of this program's making`);
}

/** What a stack has verified so far, oldest first; what cannot be read is left out, since it only informs. */
export function readHistory(outputs: Observation<Outputs>, name: string): readonly Evidence[] {
  const entries = z.array(z.unknown()).safeParse(outputs.observed ? outputs.value[name] : []).data;
  return (entries ?? []).flatMap((entry) => evidenceSchema.safeParse(entry).data ?? []);
}
