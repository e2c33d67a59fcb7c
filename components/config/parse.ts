import { faultsOf, type Fault } from "./faults";
import { instancesOf, instancesSchema, type Instance } from "./instances";
import {
  gatewayConfig,
  keysSchema,
  secretKeysOf,
  targetsOf,
  type ConfiguredProduct,
  type ConfiguredTarget,
} from "./keys";
import { isTree, type Tree } from "./merge";
import type { Declared, GatewayConfig, GatewaySettings } from "./schema";
import { sharedPlaces, type Placed } from "./shared-places";

/** The namespace of this program's keys in a stack file. */
const NAMESPACE = "gateways:";

/** Keys of plain settings beside those of the products: what is in them is rendered, shown in diffs and kept in the state as it is. */
const PLAIN_KEYS: readonly string[] = ["instances", "promotion"];

/** Keys that say which gateways there are, in contrast to what they are like. */
const FLEET_KEYS: readonly string[] = ["instances", "instanceSecrets"];

export type Parsed<P> =
  { readonly gateways: readonly Declared<P>[] } | { readonly faults: readonly Fault[] };

/**
 * Reads a stack's configuration whole: every gateway's typed value, or every fault at once.
 *
 * @param keys - all keys of the stack, objects as JSON text and secrets deciphered, as the engine hands them over
 * @param products - those that a stack file may name; the first is meant if it names none
 * @param targets - those that a gateway may name; it names exactly one
 * @param secretKeys - those of the keys that hold something encrypted, however deep
 */
export function parseConfig<P extends ConfiguredProduct>(
  keys: Readonly<Record<string, string>>,
  products: readonly [P, ...P[]],
  targets: readonly ConfiguredTarget[],
  secretKeys: readonly string[] = [],
): Parsed<P> {
  const value = Object.fromEntries(
    Object.entries(keys)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), fromJson(text)]),
  );
  const names = products.map(({ name }) => name);
  const exposed = [...names, ...PLAIN_KEYS].filter((key) =>
    secretKeys.includes(`${NAMESPACE}${key}`),
  );
  const hidden = [
    ...exposed,
    ...names.flatMap(secretKeysOf),
    // What all gateways have in common and what each has of its own end up in one tree.
    ...(exposed.includes("instances") ? names : []),
  ];
  const targetNames = targets.map(({ name }) => name);
  const read = instancesOf(value, products, targetNames).map((instance) =>
    readInstance(instance, targets, hidden),
  );
  const faults = [
    ...exposed.map((key) => secretInPlainSettings(key, names.includes(key) ? key : names[0])),
    ...fleetFaults(pick(value, FLEET_KEYS), hidden),
    ...unknownProducts(value, names),
    ...read.flatMap((one) => ("faults" in one ? one.faults : [])),
    ...strangers(value),
  ].filter(isFirst);
  if (faults.length > 0) return { faults };
  const gateways = read.flatMap((one) => ("faults" in one ? [] : [one]));
  const shared = sharedPlaces(gateways, NAMESPACE);
  return shared.length > 0
    ? { faults: shared }
    : { gateways: gateways.map(({ product, config }) => ({ product, config })) };
}

function fleetFaults(fleet: Tree, hidden: readonly string[]): readonly Fault[] {
  const result = instancesSchema.safeParse(fleet);
  return result.success ? [] : faultsOf(result.error, fleet, instancesSchema, hidden);
}

/** The value is not named: the engine reports only that there is one below the key. */
const secretInPlainSettings = (key: string, product = ""): Fault => ({
  at: `${NAMESPACE}${key}`,
  found:
    "an encrypted value in it (secure: in the stack file), which would be rendered and kept in plain text",
  expected: `plain settings only; the pods have their secrets from gateways:${product}Secrets`,
  fix: `remove it, and set it as a key of the pods' environment: pulumi config set --secret --path 'gateways:${product}Secrets.NAME'`,
});

function readInstance<P extends ConfiguredProduct>(
  instance: Instance<P>,
  targets: readonly ConfiguredTarget[],
  hidden: readonly string[],
): Placed<P> | { readonly faults: readonly Fault[] } {
  const { name, product, keys, ownAt } = instance;
  const { target, faults: misplaced } = targetIn(instance, targetsOf(product, targets));
  const schema = keysSchema(product, target);
  const result = schema.safeParse(keys);
  if (result.success && misplaced.length === 0) {
    const config = gatewayConfig<GatewaySettings>(name, result.data, product.name);
    const missing = missingKey(config, product.name);
    if (missing !== undefined) return { faults: [placed(missing, instance)] };
    return { product, config, target, placeAt: `${ownAt}.${target.name}` };
  }
  const faults = (result.success ? [] : faultsOf(result.error, keys, schema, hidden))
    // That there is not exactly one target is said once.
    .filter(
      ({ at }) =>
        misplaced.length === 0 || !targets.some((one) => isBelow(at, product.name, one.name)),
    )
    .map((fault) => placed(fault, instance));
  return { faults: [...misplaced, ...faults] };
}

const isBelow = (at: string, product: string, key: string): boolean =>
  `${at}.`.startsWith(`${NAMESPACE}${product}.${key}.`);

/** The target that a gateway names. Of a product with one target a missing one is a missing key like any other. */
function targetIn(
  { product, keys, own, ownAt }: Instance,
  possible: readonly ConfiguredTarget[],
): { readonly target: ConfiguredTarget; readonly faults: readonly Fault[] } {
  const settings = keys[product.name];
  const named = possible.filter(({ name }) => isTree(settings) && name in settings);
  const target = named[0] ?? possible[0];
  if (target === undefined) throw new Error(`${product.name} has none of the registered targets`);
  if (possible.length === 1 || named.length === 1) return { target, faults: [] };
  const names = named.map(({ name }) => name);
  const isShared = named.length > 1 && !names.some((name) => name in own);
  const fault = {
    at: `${NAMESPACE}${isShared ? product.name : ownAt}`,
    found: names.length === 0 ? "no target" : `${names.length} targets: ${names.join(", ")}`,
    expected: `exactly one of ${possible.map(({ name }) => name).join(", ")}`,
    fix:
      names.length === 0 ? "add the one that it runs in" : "remove all but the one that it runs in",
  };
  return { target, faults: [fault] };
}

/** Of a gateway in a target that has nothing to save, there is no such setting. */
interface Saved {
  readonly backup?: { readonly encrypt: boolean };
}

/** A dump that nobody can encrypt is never written as it is instead. */
const missingKey = (
  { settings, backupKey }: Pick<GatewayConfig, "backupKey"> & { readonly settings: Saved },
  product: string,
): Fault | undefined =>
  settings.backup?.encrypt === true && backupKey === undefined
    ? {
        at: `${NAMESPACE}${product}.backup.encrypt`,
        found: `dumps to be encrypted, and no gateways:${product}BackupKey`,
        expected: "an age identity to encrypt them for",
        fix: `make one with age-keygen, keep a copy of it elsewhere, and give it: pulumi config set --secret gateways:${product}BackupKey`,
      }
    : undefined;

/** A fault of what one gateway says itself is in its own entry, not in what is common to all. */
function placed(fault: Fault, { product, own, ownAt }: Instance): Fault {
  const common = `${NAMESPACE}${product.name}.`;
  if (!fault.at.startsWith(common)) return fault;
  const path = fault.at.slice(common.length);
  const [first = ""] = path.split(".");
  return first in own ? { ...fault, at: `${NAMESPACE}${ownAt}.${path}` } : fault;
}

/** Secrets for a gateway that there is not. */
function strangers({ instances, instanceSecrets }: Tree): readonly Fault[] {
  if (!isTree(instanceSecrets)) return [];
  const known = isTree(instances) ? Object.keys(instances) : [];
  return Object.keys(instanceSecrets)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      at: `${NAMESPACE}instanceSecrets.${name}`,
      found: "secrets of a gateway that is not among gateways:instances",
      expected: known.length === 0 ? "no such key" : `one of ${known.join(", ")}`,
      fix: "correct its name, or remove it",
    }));
}

/** Gateways of a product that there is not. */
function unknownProducts({ instances }: Tree, names: readonly string[]): readonly Fault[] {
  return Object.entries(isTree(instances) ? instances : {}).flatMap(([name, given]) => {
    const named = isTree(given) ? given["product"] : undefined;
    return named === undefined || (typeof named === "string" && names.includes(named))
      ? []
      : [
          {
            at: `${NAMESPACE}instances.${name}.product`,
            found: "the name of no product that this program knows",
            expected: `one of ${names.join(", ")}`,
            fix: "correct it, or remove it",
          },
        ];
  });
}

/**
 * The keys that the engine calls secret: those with an encrypted value, however deep.
 *
 * Source: `pulumi/pulumi@v3.245.0:sdk/nodejs/runtime/config.ts` (isConfigSecret, which its types keep to itself).
 *
 * @param text - a JSON list
 */
export function secretKeysIn(text: string | undefined): readonly string[] {
  const keys = text === undefined || text === "" ? [] : fromJson(text);
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** All faults as one message that an operator can act on line by line. */
export function describeFaults(faults: readonly Fault[], stack: string): string {
  const lines = faults.map(
    ({ at, found, expected, fix }) => `  ${at}: found ${found}; expected ${expected}. Fix: ${fix}.`,
  );
  const number = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [`Pulumi.${stack}.yaml has ${number}; nothing was looked at or touched.`, ...lines].join(
    "\n",
  );
}

const pick = (tree: Tree, keys: readonly string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([key]) => keys.includes(key)));

const isFirst = (fault: Fault, index: number, all: readonly Fault[]): boolean =>
  all.findIndex(({ at, found }) => at === fault.at && found === fault.found) === index;

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
