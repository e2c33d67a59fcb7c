import type { GatewayConfig } from "../../config/schema";
import type { Values } from "../../upgrade/values";
import { pathsIn } from "../helm/compare-values";

/**
 * Names of everything that the stack file sets for the pods, sorted and without the values: two stacks are to have the same keys and may
 * differ in values.
 *
 * @param product - key of the product's settings
 */
export const settingNames = (
  product: string,
  { settings, secrets }: Pick<GatewayConfig<{ readonly values: Values }>, "settings" | "secrets">,
): readonly string[] =>
  [
    ...Object.keys(secrets).map((key) => `${product}Secrets.${key}`),
    ...pathsIn(settings.values).map((path) => `values.${path}`),
  ].sort();
