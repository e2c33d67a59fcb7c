import { randomBytes } from "node:crypto";
import type { CheckAnswer, CheckCall } from "../protocol/handlers";
import {
  hasUnknown,
  isMap,
  plainText,
  type PropertyMap,
  type PropertyValue,
} from "../protocol/values";
import type { Field, Fields } from "./fields";
import { Refusal } from "./refusal";

/** Under this name the inputs say which of them nobody gave. */
export const DEFAULTS = "__defaults";

/** Inputs without what the plugin notes for itself. */
export const withoutNotes = (map: PropertyMap): PropertyMap =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith("__")));

/** Which inputs were filled in. */
export const defaultsIn = (inputs: PropertyMap): readonly PropertyValue[] => {
  const noted = inputs[DEFAULTS];
  return Array.isArray(noted) ? (noted as readonly PropertyValue[]) : [];
};

/**
 * Checks inputs and fills in what nobody gave: a name with seven random digits, kept from run to run, and the defaults.
 *
 * @param autonamed - whether the resource gets a name where none is given
 * @throws Refusal on a property that only the official plugin has
 * Source: pulumi/pulumi-terraform-bridge@v3.137.0:pkg/tfbridge/{provider,schema,names}.go.
 */
export function checkInputs(
  { news, olds, name }: Pick<CheckCall, "news" | "olds" | "name">,
  fields: Fields,
  autonamed: boolean,
): CheckAnswer {
  const given = Object.fromEntries(
    Object.entries(withoutNotes(news)).filter(([, value]) => value !== null),
  );
  const strange = Object.keys(given).find((key) => fields[key] === undefined);
  if (strange !== undefined) throw new Refusal(`the property ${strange}`);
  const filled: Record<string, PropertyValue> = {};
  if (autonamed && given["name"] === undefined) filled["name"] = keptName(olds) ?? newName(name);
  for (const [key, { fallback }] of Object.entries(fields))
    if (fallback !== undefined && given[key] === undefined) filled[key] = fallback;
  const inputs = { ...given, ...filled };
  const failures = Object.entries(fields).flatMap(([key, field]) =>
    faults(key, field, inputs[key]).map((reason) => ({ property: key, reason })),
  );
  return { inputs: { ...inputs, [DEFAULTS]: Object.keys(filled).sort() }, failures };
}

function keptName(olds: PropertyMap): PropertyValue | undefined {
  return defaultsIn(olds).includes("name") ? olds["name"] : undefined;
}

const newName = (name: string): string => `${name}-${randomBytes(4).toString("hex").slice(0, 7)}`;

const KIND = { number: "number", flag: "boolean", text: "string" } as const;

function faults(key: string, field: Field, value: PropertyValue | undefined): readonly string[] {
  if (value === undefined || value === null)
    return field.required === true ? [`Missing required argument "${key}"`] : [];
  if (hasUnknown(value)) return [];
  switch (field.form) {
    case "text":
    case "number":
    case "flag":
      if (typeof value !== KIND[field.form]) return [`"${key}" must be a ${KIND[field.form]}`];
      return field.pattern?.test(plainText(value)) === false
        ? [`"${plainText(value)}" does not match ${String(field.pattern)}`]
        : [];
    case "map":
      return isMap(value) ? [] : [`"${key}" must be a map`];
    case "block":
      return isMap(value) ? blockFaults(key, field, value) : [`"${key}" must be one block`];
    case "blocks":
    case "blockSet":
      return Array.isArray(value)
        ? (value as readonly PropertyValue[]).flatMap((one) => blockFaults(key, field, one))
        : [`"${key}" must be a list of blocks`];
    default:
      return Array.isArray(value) ? [] : [`"${key}" must be a list`];
  }
}

function blockFaults(at: string, { inner = {} }: Field, block: PropertyValue): readonly string[] {
  if (!isMap(block)) return [`"${at}" must hold blocks`];
  const strange = Object.keys(block).find(
    (key) => !key.startsWith("__") && inner[key] === undefined,
  );
  if (strange !== undefined) throw new Refusal(`the property ${at}.${strange}`);
  return Object.entries(inner).flatMap(([key, field]) => faults(`${at}.${key}`, field, block[key]));
}
