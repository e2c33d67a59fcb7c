import { faultsOf, type Fault } from "./faults";
import { instancesOf, instancesSchema, type Instance } from "./instances";
import {
  gatewayConfig,
  keysSchema,
  targetsOf,
  type ConfiguredProduct,
  type ConfiguredTarget,
} from "./keys";
import { isTree, type Tree } from "./merge";
import type { Declared, GatewaySettings } from "./schema";
import { sharedPlaces, type Placed } from "./shared-places";
import {
  inPlace,
  NAMESPACE,
  noGateway,
  plainSecrets,
  secretInPlainSettings,
  stackKeys,
  unknownKeys,
} from "./stack-keys";

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
 * @param encrypted - those of the keys that hold something encrypted, however deep. @defaultValue nobody knows, and none is asked about
 */
export function parseConfig<P extends ConfiguredProduct>(
  keys: Readonly<Record<string, string>>,
  products: readonly [P, ...P[]],
  targets: readonly ConfiguredTarget[],
  encrypted?: readonly string[],
): Parsed<P> {
  const value = Object.fromEntries(
    Object.entries(keys)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), fromJson(text)]),
  );
  const names = products.map(({ name }) => name);
  const known = stackKeys(names);
  const exposed = known.plain.filter((key) => encrypted?.includes(`${NAMESPACE}${key}`));
  const hidden = [
    ...exposed,
    ...known.secret,
    // What all gateways have in common and what each has of its own end up in one tree.
    ...(exposed.includes("instances") ? names : []),
  ];
  const read = instancesOf(
    pick(value, [...known.plain, ...known.secret]),
    products,
    targets.map(({ name }) => name),
  ).map((instance) => readInstance(instance, targets, hidden));
  const gateways = read.flatMap((one) => ("faults" in one ? [] : [one]));
  const isNone = value["instances"] === undefined && !names.some((name) => name in value);
  const faults = [
    ...exposed.map((key) =>
      secretInPlainSettings(key, names.includes(key) ? key : (names[0] ?? "")),
    ),
    ...(encrypted === undefined ? [] : plainSecrets(value, known, encrypted)),
    ...fleetFaults(pick(value, FLEET_KEYS), hidden),
    ...unknownProducts(value, names),
    ...(isNone
      ? [noGateway(names)]
      : read.flatMap((one) => ("faults" in one ? one.faults : [])).filter(isKnown(value))),
    ...strangers(value),
    ...unknownKeys(value, known, placesOf(value, products)),
    ...sharedPlaces(gateways, NAMESPACE),
  ].filter(isFirst);
  return faults.length > 0
    ? { faults }
    : { gateways: gateways.map(({ product, config }) => ({ product, config })) };
}

/** What is missing may stand in instances that nobody can read, since they are no such tree. */
const isKnown =
  ({ instances }: Tree) =>
  ({ found }: Fault): boolean =>
    instances === undefined || isTree(instances) || found !== "nothing";

/** Where a key belongs that stands at the top, as it does in a file whose lines are not indented. */
const placesOf = (
  value: Tree,
  products: readonly ConfiguredProduct[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    products
      .filter(({ name }) => name in value)
      .flatMap(({ name, targets, settings }) =>
        [...targets, ...Object.keys(settings.shape)].map((key) => [key, `${name}.${key}`]),
      ),
  );

function fleetFaults(fleet: Tree, hidden: readonly string[]): readonly Fault[] {
  const result = instancesSchema.safeParse(fleet);
  return result.success ? [] : faultsOf(result.error, fleet, instancesSchema, hidden);
}

function readInstance<P extends ConfiguredProduct>(
  instance: Instance<P>,
  targets: readonly ConfiguredTarget[],
  hidden: readonly string[],
): Placed<P> | { readonly faults: readonly Fault[] } {
  const { name, product, keys, ownAt, place } = instance;
  const { target, faults: misplaced } = targetIn(instance, targetsOf(product, targets));
  const schema = keysSchema(product, target);
  const result = schema.safeParse(keys);
  const missing = missingKey(keys, product.name);
  if (result.success && misplaced.length === 0) {
    const config = {
      ...gatewayConfig<GatewaySettings>(name, result.data, product.name),
      ...(place === undefined ? {} : { instance: place }),
    };
    if (missing.length === 0)
      return { product, config, target, placeAt: `${ownAt}.${target.name}` };
  }
  const found = result.success ? [] : faultsOf(result.error, keys, schema, hidden);
  const faults = [...found, ...missing]
    // That there is not exactly one target is said once.
    .filter(
      ({ at }) =>
        misplaced.length === 0 || !targets.some((one) => isBelow(at, product.name, one.name)),
    )
    .map((fault) => placed(inPlace(fault, { product, target, targets }), instance));
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
  // Of settings that are none, that is said.
  if (possible.length === 1 || named.length === 1 || (settings !== undefined && !isTree(settings)))
    return { target, faults: [] };
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

/** A dump that nobody can encrypt is never written as it is instead. */
function missingKey(keys: Tree, product: string): readonly Fault[] {
  const settings = keys[product];
  const backup = isTree(settings) ? settings["backup"] : undefined;
  return isTree(backup) && backup["encrypt"] === true && keys[`${product}BackupKey`] === undefined
    ? [
        {
          at: `${NAMESPACE}${product}.backup.encrypt`,
          found: `dumps to be encrypted, and no gateways:${product}BackupKey`,
          expected: "an age identity to encrypt them for",
          fix: `make one with age-keygen, keep a copy of it elsewhere, and give it: pulumi config set --secret gateways:${product}BackupKey`,
        },
      ]
    : [];
}

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
