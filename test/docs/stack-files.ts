import type { ConfiguredProduct } from "../../components/config/keys";
import { parseConfig } from "../../components/config/parse";
import { products } from "../../components/products";
import { targets } from "../../components/targets";
import type { Registered } from "./stack-file-schema";

/** What a stack file may name, with a product that is meant where it names none. */
export interface Stocked extends Registered {
  readonly products: readonly [ConfiguredProduct, ...ConfiguredProduct[]];
}

const own: Stocked = { products, targets };

/** Keys of the program in a stack file, without their prefix. */
export type Keys = Readonly<Record<string, unknown>>;

/** A stack file with these keys of the program. */
export const stackFile = (keys: Keys): unknown => ({
  config: Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [`gateways:${key}`, value]),
  ),
});

/** Whether the program itself takes the keys. */
export const isTaken = (keys: Keys, { products, targets }: Stocked = own): boolean =>
  "gateways" in
  parseConfig(
    Object.fromEntries(
      Object.entries({ smoltbotSecrets: {}, ...keys }).map(([key, value]) => [
        `gateways:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    products,
    targets,
  );
