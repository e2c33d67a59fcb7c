import * as pulumi from "@pulumi/pulumi";
import { describeFaults, parseConfig, secretKeysIn } from "./parse";
import type { ConfiguredProduct, ConfiguredTarget } from "./keys";
import type { Declared } from "./schema";

/**
 * Reads the stack file, whole and checked: the only reader of stack configuration.
 *
 * @param products - those that it may name; the first is meant if it names none
 * @param targets - those that a gateway may name; it names exactly one
 * @returns every gateway of the stack
 * @throws RunError that names every fault of the stack file
 */
export function readConfig<P extends ConfiguredProduct>(
  products: readonly [P, ...P[]],
  targets: readonly ConfiguredTarget[],
): readonly Declared<P>[] {
  const keys = pulumi.runtime.allConfig();
  const said = process.env["PULUMI_CONFIG_SECRET_KEYS"];
  const encrypted = said === undefined ? undefined : secretKeysIn(said);
  const parsed = parseConfig(keys, products, targets, encrypted);
  if ("faults" in parsed) {
    throw new pulumi.RunError(describeFaults(parsed.faults, pulumi.getStack()));
  }
  return parsed.gateways;
}
