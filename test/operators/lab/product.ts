import { bamf } from "./bamf/bamf";
import { smoltbotOnDocker } from "./docker/smoltbot";
import type { OperatedProduct } from "./gateway";
import { smoltbot } from "./smoltbot";

export const OPERATED = {
  smoltbot,
  bamf,
  "smoltbot-docker": smoltbotOnDocker,
} as const satisfies Record<string, OperatedProduct>;
export type ProductName = keyof typeof OPERATED;

/**
 * The product of that name, where it runs.
 *
 * @param target - `kubernetes` or `docker`. @defaultValue kubernetes
 * @throws Error if operators are drawn for no such product there
 */
export function operatedProduct(product: string, target = "kubernetes"): ProductName {
  const name = target === "kubernetes" ? product : `${product}-${target}`;
  if (Object.hasOwn(OPERATED, name)) return name as ProductName;
  throw new Error(
    `found product ${product} and target ${target}; expected one of ${Object.keys(OPERATED).join(", ")}`,
  );
}
