/** An object of the cluster as a stack has declared it. */
export interface DeclaredObject {
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec?: Readonly<Record<string, unknown>>;
  };
  /** Who owns its fields, as the provider has chosen it. */
  readonly manager: string;
}

interface StateResource {
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const SECRET = "4dabf18193072939515e22adb298388d";

/**
 * The objects of the cluster that a stack holds, in the order in which they were made.
 *
 * @param exported - JSON of `pulumi stack export --show-secrets`
 */
export function objectsOfState(exported: string): readonly DeclaredObject[] {
  const { deployment } = JSON.parse(exported) as {
    readonly deployment: { readonly resources?: readonly StateResource[] };
  };
  return (deployment.resources ?? [])
    .filter(({ type, custom }) => custom === true && type.startsWith("kubernetes:"))
    .map(({ inputs, outputs }) => ({
      object: plain(inputs) as DeclaredObject["object"],
      manager: String(plain(outputs?.["__fieldManager"] ?? inputs?.["__fieldManager"])),
    }));
}

/** The value with its secrets readable, and without what the provider keeps for itself. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return JSON.parse((value as { plaintext?: string }).plaintext ?? "null");
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
