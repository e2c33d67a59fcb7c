import * as pulumi from "@pulumi/pulumi";
import { describeFaults, parseConfig, secretKeysIn } from "./parse";
import type { GatewayConfig } from "./schema";

/**
 * Reads the stack file, whole and checked: the only reader of stack configuration.
 *
 * @returns every gateway of the stack
 * @throws RunError that names every fault of the stack file
 */
export function readConfig(): readonly GatewayConfig[] {
  const keys = pulumi.runtime.allConfig();
  const parsed = parseConfig(keys, secretKeysIn(process.env["PULUMI_CONFIG_SECRET_KEYS"]));
  if ("faults" in parsed) {
    throw new pulumi.RunError(describeFaults(parsed.faults, pulumi.getStack()));
  }
  return parsed.gateways;
}
