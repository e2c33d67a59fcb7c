import type { SessionsArgs } from "../../upgrade/sessions";
import type { StepIo } from "../../upgrade/step-io";
import type { VouchedKeys } from "./bridges";
import { oneApi } from "./one-api";
import type { BridgeOptions } from "./options";
import { vouchedKeys } from "./vouched-keys";

/** The keys of the product's Redis that a roll writes; undefined where it may write nothing, which it says. */
export async function keysToWrite(
  { platform, policy }: Pick<SessionsArgs, "platform" | "policy">,
  options: Pick<BridgeOptions, "api" | "bridge" | "catalogue">,
  io: StepIo,
): Promise<VouchedKeys | undefined> {
  if (!policy.cordon) {
    io.say("nothing is written into the product's Redis, as the stack file says");
    return undefined;
  }
  await oneApi(platform, options, io);
  const keys = await vouchedKeys(platform, options);
  if (keys.kind === "vouched") return keys;
  io.say(
    `nothing is written into the product's Redis, since nobody vouches for it: ${keys.reason}`,
  );
  return undefined;
}
