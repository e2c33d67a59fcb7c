import { setTimeout as pause } from "node:timers/promises";
import type { Platform } from "../../upgrade/platform";
import type { StepIo } from "../../upgrade/step-io";
import type { BridgeOptions } from "./options";

/** Longest end of an API pod, in milliseconds: its grace period as shipped, and half a minute. It stays that long while an agent listens. */
const ENDS_MS = 150_000;
const LOOK_MS = 1000;

/**
 * Returns once one release of the API is left. While a pod of the one before ends, agents may still be heard by that one, and nobody may vouch for it. What does
 * not end in time is left.
 *
 * @param wait - lets so many milliseconds pass
 */
export async function oneApi(
  platform: Pick<Platform, "runningImages">,
  { api }: Pick<BridgeOptions, "api">,
  io: StepIo,
  wait = (ms: number): Promise<void> => pause(ms, undefined, { signal: io.signal }),
): Promise<void> {
  let said = false;
  for (let waited = 0; waited < ENDS_MS; waited += LOOK_MS) {
    const images = await platform.runningImages(api.labels, api.container);
    if (images.length <= 1) return;
    if (!said) io.say(`${images.join(" and ")} run; waiting for the older one to end`);
    said = true;
    await wait(LOOK_MS);
  }
}
