import { z } from "zod";
import type { Evidence } from "../../../upgrade/evidence/evidence";
import { StepFailure, type StepIo } from "../../../upgrade/step-io";
import { programEvidence } from "../../steps/verification";
import { lookAtProgram } from "../look";
import { fileForThis, programFieldsOfSteps } from "./program";

/** Input of the verification step on this machine. */
export const machineVerificationInputSchema = z.strictObject({
  ...programFieldsOfSteps,
  /** Hash over everything that was rolled out; passed on into the evidence. */
  configHash: z.string().min(1),
  /** Why this is asked again although nothing is declared anew; passed on into the evidence. */
  occasion: z.string().default(""),
  /** What the operator can do if the release does not hold. */
  wayBack: z.string(),
});

/** As the program writes it. */
export type MachineVerificationInput = z.input<typeof machineVerificationInputSchema>;

/**
 * Looks at the program once more and asks it for its version (B-40), and then either vouches for the release or names everything that speaks against it. Changes nothing.
 *
 * @throws StepFailure with all faults; the program stays as it is
 */
export async function runMachineVerification(
  task: z.output<typeof machineVerificationInputSchema>,
  io: StepIo,
): Promise<Evidence> {
  const { release, path, wayBack } = task;
  const { sha256 } = fileForThis(task);
  const found = await lookAtProgram(task);
  const faults = [
    ...(found.sha256 === sha256
      ? []
      : [`${path} has sha256 ${found.sha256 ?? "none"}, expected ${sha256}`]),
    ...(found.version === release
      ? []
      : [`${path} says that it is ${found.version ?? "nothing"}, expected ${release}`]),
  ];
  if (faults.length > 0)
    throw new StepFailure(`${release} is not verified: ${faults.join("; ")}`, wayBack);
  io.say(`${release} is verified at ${path}`);
  return programEvidence(task, { [path]: `sha256:${sha256}` });
}
