import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { StepIo } from "../../../upgrade/step-io";
import { placeOfAsset } from "../../facts/assets";
import { claimSchema } from "../../steps/place";
import { swapProgram, type SwappedProgram } from "../swap-program";
import { fileForThis, programFieldsOfSteps } from "./program";
import { patientSignal } from "../../../upgrade/patience";

/** Input of the rollout step on this machine. */
export const machineRolloutInputSchema = z.strictObject({
  ...programFieldsOfSteps,
  claim: claimSchema,
  /** Where the files of a release come from. */
  from: z.strictObject({ url: z.string().optional(), folder: z.string().optional() }),
});

/** As the program writes it. */
export type MachineRolloutInput = z.input<typeof machineRolloutInputSchema>;

/** A download over a slow line, in milliseconds. */
const FETCH_MS = 300_000;

/**
 * Brings the program of this machine to the release (B-40, B-41). Looks first: run again after a kill, it does what is left to do.
 *
 * @throws StepFailure if that cannot be; the program in use stays
 */
export async function runMachineRollout(
  task: z.output<typeof machineRolloutInputSchema>,
  io: StepIo,
): Promise<SwappedProgram> {
  const { release, path, ask, credentials, from, claim } = task;
  const { asset, sha256 } = fileForThis(task);
  const at = placeOfAsset(from, release, asset);
  const swapped = await swapProgram({
    path,
    ask,
    release,
    sha256,
    claim,
    credentials: join(homedir(), credentials),
    fetch: () => ("path" in at ? readFile(at.path) : download(at.url, io.signal)),
  });
  const origin = { unchanged: "it was there", kept: "the file that was kept", fetched: asset };
  io.say(`${path} is ${swapped.version}: ${origin[swapped.from]}`);
  if (!swapped.credentialsKept)
    io.say(`somebody has changed files in ~/${credentials} meanwhile; this run has not`);
  return swapped;
}

async function download(url: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const limit = patientSignal(FETCH_MS);
  const answer = await fetch(url, {
    signal: AbortSignal.any([limit, ...(signal ? [signal] : [])]),
  });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
