import { z } from "zod";
import type { InstancePlace } from "../upgrade/config-paths";
import { secretKeysOf, type ConfiguredProduct } from "./keys";
import { isTree, merge, type Tree } from "./merge";
import { dnsLabel } from "./words";

const postgresUrl = z.string("a URL that begins with postgresql://");

/** What a stack file says about several gateways; each entry is merged over what is common to all of its product. */
export const instancesSchema = z.strictObject({
  instances: z
    .record(dnsLabel, z.record(z.string(), z.unknown()))
    .refine((found) => Object.keys(found).length > 0, "at least one gateway")
    .optional()
    .describe(
      "Several gateways in one stack: for each, by its name, the keys that it has of its own, over those that all gateways of its product share.",
    ),
  instanceSecrets: z
    .record(
      dnsLabel,
      z.strictObject({
        environment: z
          .record(z.string(), z.unknown())
          .optional()
          .describe("Over `gateways:<product>Secrets`."),
        databaseUrl: postgresUrl.optional().describe("Over `gateways:<product>DatabaseUrl`."),
        scratchUrl: postgresUrl.optional().describe("Over `gateways:<product>ScratchUrl`."),
        backupKey: z
          .string("age identities, one a line")
          .optional()
          .describe("Over `gateways:<product>BackupKey`."),
        backupCredentials: z
          .record(z.string(), z.unknown())
          .optional()
          .describe("Over `gateways:<product>BackupCredentials`."),
      }),
    )
    .optional()
    .describe("Secrets of each gateway of `gateways:instances`, by its name."),
});

/** One gateway of a stack, still unchecked. */
export interface Instance<P extends ConfiguredProduct = ConfiguredProduct> {
  /** Name of its resources and outputs. */
  readonly name: string;
  readonly product: P;
  /** Keys without their `gateways:` prefix. */
  readonly keys: Tree;
  /** What the stack file says about this gateway alone. */
  readonly own: Tree;
  /** Where it says that: `instances.eu`; if there are no instances, the key of its product. */
  readonly ownAt: string;
  /** The same for findings; absent if there are no instances. */
  readonly place?: InstancePlace;
}

/**
 * The gateways of a stack: those that `instances` names, or one for each product of which the stack file says something.
 *
 * @param products - the first is meant if a stack file names none
 * @param targets - names of those that a gateway may name; one that names its own has nothing of the others that the gateways share
 */
export function instancesOf<P extends ConfiguredProduct>(
  { instances, instanceSecrets, ...common }: Tree,
  products: readonly [P, ...P[]],
  targets: readonly string[],
): readonly Instance<P>[] {
  const alone = (product: P) => withoutOthers(common, product, products);
  if (!isTree(instances)) {
    const named = products.filter(({ name }) => name in common);
    return (named.length === 0 ? [products[0]] : named).map((product) => {
      const { name } = product;
      return { name, product, keys: alone(product), own: {}, ownAt: name };
    });
  }
  return Object.entries(instances).map(([name, given]) => {
    const { product, own, below } = ofProduct(treeOr(given), products);
    const secrets = isTree(instanceSecrets) ? treeOr(instanceSecrets[name]) : {};
    const shared = inItsTarget(alone(product), product.name, own, targets);
    const keys = withOwn(shared, product.name, own, secrets);
    const ownAt = `instances.${name}${below}`;
    return {
      name,
      product,
      keys,
      own,
      ownAt,
      place: placeOf(name, ownAt, { own, secrets, shared, product }),
    };
  });
}

/** What of it stands where, for findings. */
function placeOf(
  name: string,
  at: string,
  said: {
    readonly own: Tree;
    readonly secrets: Tree;
    readonly shared: Tree;
    readonly product: ConfiguredProduct;
  },
): InstancePlace {
  const { own, secrets, shared, product } = said;
  const environment = Object.keys(treeOr(shared[`${product.name}Secrets`]));
  const programs = Object.entries(PROGRAM_SECRETS).flatMap(([key, of]) =>
    `${product.name}${key}` in shared && secrets[of] === undefined ? [key] : [],
  );
  const has = Object.keys(treeOr(secrets["environment"]));
  return {
    ...{ name, at, own: Object.keys(own) },
    shared: [...environment.filter((key) => !has.includes(key)), ...programs],
  };
}

/** Which product an entry is about: the one that it names, or the one whose key is all that it has, or the first. A name of none is a fault elsewhere. */
function ofProduct<P extends ConfiguredProduct>(
  given: Tree,
  products: readonly [P, ...P[]],
): { readonly product: P; readonly own: Tree; readonly below: string } {
  const { product: named, ...rest } = given;
  if (named !== undefined) {
    const meant = products.find(({ name }) => name === named);
    return { product: meant ?? products[0], own: rest, below: "" };
  }
  const [key, ...more] = Object.keys(given);
  const product = products.find(({ name }) => name === key);
  return product !== undefined && more.length === 0
    ? { product, own: treeOr(given[product.name]), below: `.${product.name}` }
    : { product: products[0], own: given, below: "" };
}

/** What the gateways share, without other targets than the gateway's own. */
function inItsTarget(common: Tree, product: string, own: Tree, targets: readonly string[]): Tree {
  if (!targets.some((name) => name in own)) return common;
  const others = targets.filter((name) => !(name in own));
  const rest = Object.entries(treeOr(common[product])).filter(([key]) => !others.includes(key));
  return { ...common, [product]: Object.fromEntries(rest) };
}

/** Secrets of the program by what stands behind the name of the product, and how an instance calls them. */
const PROGRAM_SECRETS = {
  DatabaseUrl: "databaseUrl",
  ScratchUrl: "scratchUrl",
  BackupKey: "backupKey",
  BackupCredentials: "backupCredentials",
} as const;

const withOwn = (common: Tree, product: string, own: Tree, secrets: Tree): Tree => {
  return {
    ...common,
    [product]: merge(treeOr(common[product]), own),
    [`${product}Secrets`]: merge(
      treeOr(common[`${product}Secrets`]),
      treeOr(secrets["environment"]),
    ),
    ...Object.fromEntries(
      Object.entries(PROGRAM_SECRETS)
        .filter(([, of]) => secrets[of] !== undefined)
        .map(([key, of]) => [product + key, secrets[of]]),
    ),
  };
};

/** The keys without those of other products. */
function withoutOthers(
  keys: Tree,
  { name: own }: ConfiguredProduct,
  products: readonly ConfiguredProduct[],
): Tree {
  const others = products.map(({ name }) => name).filter((name) => name !== own);
  const strange = others.flatMap((name) => [name, ...secretKeysOf(name)]);
  return Object.fromEntries(Object.entries(keys).filter(([key]) => !strange.includes(key)));
}

const treeOr = (value: unknown): Tree => (isTree(value) ? value : {});
