import { z } from "zod";
import { evidenceSchema, type Evidence } from "./evidence";
import { seen, unseen, type Look } from "./look";
import type { Outputs } from "./stack-outputs";

/** The evidence that a stack left behind under this name; undefined where it has none. */
export function readEvidence(outputs: Look<Outputs>, name: string): Look<Evidence | undefined> {
  if (!outputs.seen) return outputs;
  const value = outputs.value[name];
  if (value === undefined) return seen(undefined);
  const evidence = evidenceSchema.safeParse(value);
  return evidence.success
    ? seen(evidence.data)
    : unseen(`the output ${name} is no evidence of this program's making`);
}

/** What a stack has verified so far, oldest first; what cannot be read is left out, since it only tells a story. */
export function readHistory(outputs: Look<Outputs>, name: string): readonly Evidence[] {
  const entries = z.array(z.unknown()).safeParse(outputs.seen ? outputs.value[name] : []).data;
  return (entries ?? []).flatMap((entry) => evidenceSchema.safeParse(entry).data ?? []);
}
