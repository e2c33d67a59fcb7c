import { strangeKey, type Fault } from "./faults";
import { secretKeysOf, type ConfiguredProduct, type ConfiguredTarget } from "./keys";
import { guessOf } from "./known-keys";
import { isTree, type Tree } from "./merge";

/** The namespace of this program's keys in a stack file. */
export const NAMESPACE = "gateways:";

/** Keys of plain settings beside those of the products: what is in them is rendered, shown in diffs and kept in the state as it is. */
const PLAIN_KEYS: readonly string[] = ["instances", "promotion"];

/** Keys at the top of a stack file, by what may stand in them. */
export interface StackKeys {
  /** Settings, which are shown as they are. */
  readonly plain: readonly string[];
  readonly secret: readonly string[];
}

/** All keys that some product of a stack file has. */
export const stackKeys = (products: readonly string[]): StackKeys => ({
  plain: [...products, ...PLAIN_KEYS],
  secret: [...products.flatMap(secretKeysOf), "instanceSecrets"],
});

/** The value is not named: the engine reports only that there is one below the key. */
export const secretInPlainSettings = (key: string, product: string): Fault => ({
  at: `${NAMESPACE}${key}`,
  found:
    "an encrypted value in it (secure: in the stack file), which would be rendered and kept in plain text",
  expected: `plain settings only; the pods have their secrets from gateways:${product}Secrets`,
  fix: `remove it, and set it as a key of the pods' environment: pulumi config set --secret --path 'gateways:${product}Secrets.NAME'`,
});

/** Secrets that stand in the stack file as they are: whoever reads that file has them, and the history of its repository keeps them (law 6). */
export function plainSecrets(
  value: Tree,
  { secret }: StackKeys,
  encrypted: readonly string[],
): readonly Fault[] {
  return secret
    .filter((key) => isSomething(value[key]) && !encrypted.includes(`${NAMESPACE}${key}`))
    .map((key) => ({
      at: `${NAMESPACE}${key}`,
      found: "a secret that is not encrypted",
      expected: "encrypted values (secure: in the stack file)",
      fix: `set it again with ${setSecret(key, typeof value[key] === "object")}; it may be in the history of the stack file, so change it where it is from`,
    }));
}

const isSomething = (value: unknown): boolean =>
  isTree(value) ? Object.keys(value).length > 0 : value !== undefined && value !== "";

function setSecret(key: string, hasKeys: boolean): string {
  if (!hasKeys) return `pulumi config set --secret ${NAMESPACE}${key}`;
  const below = key === "instanceSecrets" ? "GATEWAY.KEY" : "NAME";
  return `pulumi config set --secret --path '${NAMESPACE}${key}.${below}'`;
}

/** Keys that no product has. One with a dot was set without --path, which makes a key of its own of what was to be the place of one. */
export function unknownKeys(
  value: Tree,
  { plain, secret }: StackKeys,
  places: Readonly<Record<string, string>>,
): readonly Fault[] {
  const known = [...plain, ...secret];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const at = `${NAMESPACE}${key}`;
      const [head = ""] = key.split(".");
      if (head !== key && known.includes(head))
        return {
          at,
          found: "a key with a dot in it, as pulumi config set makes it without --path",
          expected: `${head}, with what belongs to it below it`,
          fix: `remove it (pulumi config rm ${at}), and set it again with --path`,
        };
      return {
        at,
        ...strangeKey(known, guessOf(key, known) ?? places[key]),
        expected: `one of ${[...plain, "instanceSecrets"].join(", ")}; or the name of a product with ${SUFFIXES}`,
      };
    });
}

/** What stands behind the name of a product in the keys of its secrets. */
const SUFFIXES = secretKeysOf("").join(", ");

/** A stack file that names no product at all. */
export const noGateway = (products: readonly string[]): Fault => ({
  at: `${NAMESPACE}${products[0] ?? ""}`,
  found: "no gateway in the stack file",
  expected: `one of ${products.map((name) => NAMESPACE + name).join(", ")}`,
  fix: "add the one that this stack upgrades; docs/configuration.md has its keys",
});

/** What a product and a target are called, and what the others have that a stack file may confuse with theirs. */
export interface Elsewhere {
  readonly product: ConfiguredProduct;
  readonly target: ConfiguredTarget;
  readonly targets: readonly ConfiguredTarget[];
}

/** The same fault in better words, where it is about a key that another target has, or about a missing Secret. */
export function inPlace(fault: Fault, { product, target, targets }: Elsewhere): Fault {
  const { name } = product;
  if (fault.at === `${NAMESPACE}${name}Secrets` && fault.found === "nothing")
    return {
      ...fault,
      expected: "a secret for each variable of the environment of the pods",
      fix: `set each: pulumi config set --secret --path 'gateways:${name}Secrets.NAME'`,
    };
  if (!fault.found.startsWith("a key that this program does not know")) return fault;
  const key = fault.at.slice(`${NAMESPACE}${name}`.length);
  const setting = key.startsWith(".") ? key.slice(1) : undefined;
  const others = targets.filter((one) => one !== target);
  if (setting !== undefined && others.some((one) => one.name === setting))
    return {
      ...fault,
      found: `a target in which ${name} does not run`,
      expected: product.targets.join(" or "),
      fix: "remove it",
    };
  const lacking = (setting ?? key).split(".")[0] ?? "";
  return (target.lacks ?? []).includes(setting ?? lacking)
    ? {
        ...fault,
        found: `a key that means nothing with ${target.name}`,
        expected: "no such key",
        fix: "remove it",
      }
    : fault;
}
