import { checksOf } from "../../checks";
import type { RunChecks } from "../../upgrade/checks";
import type { Platform } from "../../upgrade/platform";
import type { StepIo } from "../../upgrade/step-io";
import type { VerificationTask } from "../verification-input";
import type { Fault } from "./fault";

/**
 * Runs the checks that only the product knows, and says what they have seen.
 *
 * @param find - gives the checks of a kind. @defaultValue {@link checksOf}
 */
export async function checkProduct(
  platform: Platform,
  { checks }: Pick<VerificationTask, "checks">,
  io: StepIo,
  find: (kind: string) => Promise<RunChecks> = checksOf,
): Promise<readonly Fault[]> {
  if (checks === undefined) return [];
  const run = await find(checks.kind);
  const { faults, said } = await run(platform, checks.options, io);
  for (const line of said) io.say(line);
  return faults.map((text) => ({ kind: "health", text }));
}
