import type { OpenPlatform, TakenOver } from "../upgrade/platform";
import type { StepIo } from "../upgrade/step-io";
import type { AdoptionInput } from "./adoption-input";
import { openPlatform } from "./open-platform";

/** What the adoption step leaves behind. */
export type AdoptionResult = Pick<TakenOver, "handedOver" | "records">;

/**
 * Makes the program the one owner of what Helm has made, and then says how Helm's own records are retired. It never deletes one of them. A
 * second run finds nothing left to do.
 *
 * @throws StepFailure if an object changes faster than it can be handed over.
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
        : `${handedOver.length} objects of the Helm release ${input.release} now belong to this program; no pod was restarted`,
    );
    for (const line of advice) io.say(line);
    return { handedOver, records };
  });
