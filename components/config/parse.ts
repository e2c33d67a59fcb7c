import { faultsOf, type Fault } from "./faults";
import { configSchema, type GatewaysConfig } from "./schema";

/** The namespace of this program's keys in a stack file. */
const NAMESPACE = "gateways:";

export type Parsed = { readonly config: GatewaysConfig } | { readonly faults: readonly Fault[] };

/**
 * Reads a stack's configuration whole: the typed value, or every fault at once.
 *
 * @param keys - all keys of the stack, objects as JSON text, as the engine hands them over
 */
export function parseConfig(keys: Readonly<Record<string, string>>): Parsed {
  const value = Object.fromEntries(
    Object.entries(keys)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), fromJson(text)]),
  );
  const result = configSchema.safeParse(value);
  if (result.success) return { config: result.data };
  return { faults: faultsOf(result.error, value, configSchema) };
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

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
