import type { SmoltbotGateway } from "./config";
import { pathsIn } from "../kubernetes/helm/compare-values";

/**
 * Names of everything that the stack file sets for the pods, sorted and without the values: two stacks are to have the same keys and may
 * differ in values.
 */
export const settingsOf = ({
  settings,
  secrets,
}: Pick<SmoltbotGateway, "settings" | "secrets">): readonly string[] =>
  [
    ...Object.keys(secrets).map((key) => `smoltbotSecrets.${key}`),
    ...pathsIn(settings.values).map((path) => `values.${path}`),
  ].sort();
