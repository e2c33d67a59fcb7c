import type { GatewaysConfig } from "../config/schema";
import { pathsIn } from "../kubernetes/helm/compare-values";

/**
 * Names of everything that the stack file sets for the pods, sorted and without the values: two stacks are to have the same keys and may
 * differ in values.
 */
export const settingsOf = ({
  smoltbot,
  smoltbotSecrets,
}: Pick<GatewaysConfig, "smoltbot" | "smoltbotSecrets">): readonly string[] =>
  [
    ...Object.keys(smoltbotSecrets).map((key) => `smoltbotSecrets.${key}`),
    ...pathsIn(smoltbot.values).map((path) => `values.${path}`),
  ].sort();
