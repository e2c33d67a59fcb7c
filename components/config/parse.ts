import type { z } from "zod";
import { faultsOf, type Fault } from "./faults";
import { instancesOf, instancesSchema, type Instance } from "./instances";
import { isTree, type Tree } from "./merge";
import { configSchema, type GatewayConfig } from "./schema";

/** The namespace of this program's keys in a stack file. */
const NAMESPACE = "gateways:";

/** Keys of plain settings: what is in them is rendered, shown in diffs and kept in the state as it is. */
const PLAIN_KEYS: readonly string[] = ["smoltbot", "instances", "promotion"];

/** Keys that say which gateways there are, in contrast to what they are like. */
const FLEET_KEYS: readonly string[] = ["instances", "instanceSecrets"];

export type Parsed =
  { readonly gateways: readonly GatewayConfig[] } | { readonly faults: readonly Fault[] };

/**
 * Reads a stack's configuration whole: every gateway's typed value, or every fault at once.
 *
 * @param keys - all keys of the stack, objects as JSON text and secrets deciphered, as the engine hands them over
 * @param secretKeys - those of them that hold something encrypted, however deep
 */
export function parseConfig(
  keys: Readonly<Record<string, string>>,
  secretKeys: readonly string[] = [],
): Parsed {
  const value = Object.fromEntries(
    Object.entries(keys)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), fromJson(text)]),
  );
  const exposed = PLAIN_KEYS.filter((key) => secretKeys.includes(`${NAMESPACE}${key}`));
  // What all gateways have in common and what each has of its own end up in one tree.
  const hidden = exposed.includes("instances") ? [...exposed, "smoltbot"] : exposed;
  const fleet = pick(value, FLEET_KEYS);
  const fleetResult = instancesSchema.safeParse(fleet);
  const fleetFaults = fleetResult.success
    ? []
    : faultsOf(fleetResult.error, fleet, instancesSchema, hidden);
  const read = instancesOf(value).map((instance) => readInstance(instance, hidden));
  const faults = [
    ...exposed.map(secretInPlainSettings),
    ...fleetFaults,
    ...read.flatMap((one) => ("faults" in one ? one.faults : [])),
    ...strangers(value),
  ].filter(isFirst);
  if (faults.length > 0) return { faults };
  const gateways = read.flatMap((one) => ("faults" in one ? [] : [one]));
  const shared = sharedPlaces(gateways);
  return shared.length > 0 ? { faults: shared } : { gateways };
}

/** The value is not named: the engine tells only that there is one below the key. */
const secretInPlainSettings = (key: string): Fault => ({
  at: `${NAMESPACE}${key}`,
  found:
    "an encrypted value in it (secure: in the stack file), which would be rendered and kept in plain text",
  expected: "plain settings only; the pods have their secrets from gateways:smoltbotSecrets",
  fix: "remove it, and set it as a key of the pods' environment: pulumi config set --secret --path 'gateways:smoltbotSecrets.NAME'",
});

function readInstance(
  instance: Instance,
  hidden: readonly string[],
): GatewayConfig | { readonly faults: readonly Fault[] } {
  const result = configSchema.safeParse(instance.keys);
  if (result.success) {
    const config = gatewayConfig(instance.name, result.data);
    const missing = missingKey(config);
    return missing === undefined ? config : { faults: [placed(missing, instance)] };
  }
  const faults = faultsOf(result.error, instance.keys, configSchema, hidden);
  return { faults: faults.map((fault) => placed(fault, instance)) };
}

/** What the rest of the program reads, without the words of the stack file. */
export const gatewayConfig = (
  name: string,
  keys: z.output<typeof configSchema>,
): GatewayConfig => ({
  name,
  settings: keys.smoltbot,
  secrets: keys.smoltbotSecrets,
  databaseUrl: keys.smoltbotDatabaseUrl,
  scratchUrl: keys.smoltbotScratchUrl,
  backupCredentials: keys.smoltbotBackupCredentials,
  backupKey: keys.smoltbotBackupKey,
  prometheusToken: keys.smoltbotPrometheusToken,
  promotion: keys.promotion,
});

/** A dump that nobody can encrypt is never written as it is instead. */
const missingKey = ({
  settings: smoltbot,
  backupKey: smoltbotBackupKey,
}: GatewayConfig): Fault | undefined =>
  smoltbot.backup.encrypt && smoltbotBackupKey === undefined
    ? {
        at: `${NAMESPACE}smoltbot.backup.encrypt`,
        found: "dumps to be encrypted, and no gateways:smoltbotBackupKey",
        expected: "an age identity to encrypt them for",
        fix: "make one with age-keygen, keep a copy of it elsewhere, and give it: pulumi config set --secret gateways:smoltbotBackupKey",
      }
    : undefined;

/** A fault of what one gateway says itself is in its own entry, not in what is common to all. */
function placed(fault: Fault, { name, own }: Instance): Fault {
  const common = `${NAMESPACE}smoltbot.`;
  if (!fault.at.startsWith(common)) return fault;
  const path = fault.at.slice(common.length);
  const [first = ""] = path.split(".");
  return first in own ? { ...fault, at: `${NAMESPACE}instances.${name}.${path}` } : fault;
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

/** Two gateways in one place would take each other's objects away. */
function sharedPlaces(gateways: readonly GatewayConfig[]): readonly Fault[] {
  const place = ({ settings: { kubernetes } }: GatewayConfig): string =>
    `${kubernetes.context} ${kubernetes.namespace} ${kubernetes.release}`;
  return gateways.flatMap((gateway, index) => {
    const first = gateways.findIndex((other) => place(other) === place(gateway));
    if (first === index) return [];
    const { namespace, release } = gateway.settings.kubernetes;
    return [
      {
        at: `${NAMESPACE}instances.${gateway.name}.kubernetes`,
        found: `release ${release} in namespace ${namespace}, where ${gateways[first]?.name ?? ""} is`,
        expected: "a place of its own for every gateway",
        fix: "give it another namespace or release name",
      },
    ];
  });
}

/**
 * The keys that the engine calls secret: those with an encrypted value, however deep.
 *
 * Source: pulumi/pulumi@v3.245.0:sdk/nodejs/runtime/config.ts (isConfigSecret, which its types keep to itself).
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
