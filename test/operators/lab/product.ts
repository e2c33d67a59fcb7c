import { bamf } from "./bamf/bamf";
import type { OperatedProduct } from "./gateway";
import { smoltbot } from "./smoltbot";

export const OPERATED = { smoltbot, bamf } as const satisfies Record<string, OperatedProduct>;
export type ProductName = keyof typeof OPERATED;

/** The product of that name. @throws Error if operators are drawn for no such product */
export function operatedProduct(name: string): ProductName {
  if (Object.hasOwn(OPERATED, name)) return name as ProductName;
  throw new Error(`found product ${name}; expected one of ${Object.keys(OPERATED).join(", ")}`);
}
