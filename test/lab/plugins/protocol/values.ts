import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A property as the engine sends it: JSON, in which secrets and unknowns are marked. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

/** The inputs or outputs of one resource. */
export type PropertyMap = Readonly<Record<string, PropertyValue>>;

/**
 * Stands for a value that nobody knows before the update.
 *
 * Source: pulumi/pulumi@v3.245.0:sdk/go/common/resource/plugin/rpc.go (UnknownStringValue).
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

interface SecretValue extends PropertyMap {
  readonly [SIGNATURE]: typeof SECRET;
  readonly value: PropertyValue;
}

/** Tells whether a value is an object of properties: neither null nor a list nor a scalar. */
export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Tells whether a value is marked as a secret at its top.
 *
 * Source: pulumi/pulumi@v3.245.0:sdk/go/common/resource/sig (Key, Secret).
 */
export function isSecret(value: PropertyValue | undefined): value is SecretValue {
  return isMap(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value as a secret; one that is marked already stays as it is. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** Tells whether a value, or anything in it, is a secret. */
export function hasSecret(value: PropertyValue | undefined): boolean {
  return isSecret(value) || children(value).some(hasSecret);
}

/** Tells whether a value, or anything in it (inside a secret too), is unknown. */
export function hasUnknown(value: PropertyValue | undefined): boolean {
  return value === UNKNOWN || children(value).some(hasUnknown);
}

/** Takes every secret mark off, at any depth: for the real thing behind the plugin, never for state. */
export function plain(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  return isMap(value) ? plainMap(value) : value;
}

/** The text of a value, secret or not; anything that is not text is empty. */
export function plainText(value: PropertyValue | undefined): string {
  const bare = isSecret(value) ? value.value : value;
  return typeof bare === "string" ? bare : "";
}

/** {@link plain} of a whole map. */
export function plainMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, plain(value)]));
}

/** Reads a message of the protocol; an absent one is empty. Secrets and unknowns keep their marks. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct === undefined ? {} : struct.toJavaScript();
}

/** Writes a message of the protocol; keys whose value is undefined are left out. */
export function toStruct(map: Readonly<Record<string, PropertyValue | undefined>>): Struct {
  return Struct.fromJavaScript(withoutUndefined(map) as Record<string, JavaScriptValue>);
}

function children(value: PropertyValue | undefined): readonly PropertyValue[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutUndefined(child)]));
}
