import type { OpenPlatform, TakenOver } from "../upgrade/platform";
import type { StepIo } from "../upgrade/step-io";
import type { AdoptionInput } from "./adoption-input";
import { openPlatform } from "./open-platform";

/** What the adoption step leaves behind. */
export type AdoptionResult = Pick<TakenOver, "handedOver" | "records">;

/**
 * Makes the program the one owner of what Helm or Compose has made, and then says how what they have left is retired: their records, or their stopped
 * containers. A second run finds nothing left to do.
 *
 * @throws StepFailure if an object changes faster than it can be handed over, or if containers of ours do not come up.
 */
export const runAdoption = (
  input: AdoptionInput,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<AdoptionResult> =>
  open(input, io, async (platform) => {
    const { handedOver, records, advice } = await platform.takeOver(input);
    io.say(
      handedOver.length === 0
        ? "every object belongs to this program already"
        : `${handedOver.length} of ${input.release} now belong to this program: ${handedOver.join(", ")}`,
    );
    for (const line of advice) io.say(line);
    return { handedOver, records };
  });
