import { z } from "zod";
import { fileFor } from "../../steps/place";
import { StepFailure } from "../../../upgrade/step-io";
import { thisMachine } from "../look";

const name = z.string().min(1);

/** What each step on this machine is told: which program, and what it is to be. */
export const programFieldsOfSteps = {
  target: z.literal("machine"),
  /** The wanted release: `0.11.0`. */
  release: name,
  path: name,
  /** Words that have it tell its version as JSON. */
  ask: z.array(name),
  /** Folder with the credentials of whoever uses it, below the home of whoever runs this. */
  credentials: name,
  /** Name of the file of a release for each machine, as Node calls it. */
  assets: z.record(name, name),
  /** What each of these files must hash to. */
  sums: z.record(name, z.string().regex(/^[0-9a-f]{64}$/, "a sha256")),
};

/** Name and sum of the file for this machine. @throws StepFailure if there is none */
export function fileForThis(task: Parameters<typeof fileFor>[0]) {
  const file = fileFor(task, thisMachine());
  if (typeof file !== "string") return file;
  throw new StepFailure(file, "run this on a machine for which there is a file");
}
