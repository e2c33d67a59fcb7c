import { z } from "zod";

/** A node of a JSON Schema, as far as a stack file's schema uses it. */
export interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly not?: Node;
  readonly $ref?: string;
}

export type Nodes = Readonly<Record<string, Node>>;

/** What an encrypted value looks like. */
export const ENCRYPTED = {
  description: "What `pulumi config set --secret` writes.",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** What a schema takes in, before defaults are filled in. */
export const jsonSchema = (schema: z.ZodType): Node =>
  withoutNoise(
    z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any" }) as Node,
  );

/** Without defaults that say no more than that all keys below have theirs, and without bounds that only numbers of JavaScript have. */
function withoutNoise(node: Node): Node {
  const { default: preset, maximum, ...rest } = node;
  const isTreeOfDefaults = node.properties !== undefined && isEmpty(preset);
  return mapBelow(
    {
      ...rest,
      ...(preset === undefined || isTreeOfDefaults ? {} : { default: preset }),
      ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
    },
    withoutNoise,
  );
}

const isEmpty = (value: unknown): boolean => JSON.stringify(value) === "{}";

/** Without a key that must be there. */
export function inPart(node: Node): Node {
  const rest = { ...node };
  delete rest.required;
  return mapBelow(rest, inPart);
}

/** Every text and every tree of it may be encrypted. */
export function orEncrypted(node: Node): Node {
  const { description, ...rest } = mapBelow(node, orEncrypted);
  if (node.type !== "string" && node.type !== "object") return { ...rest, ...said(description) };
  return { ...said(description), anyOf: [rest, { $ref: "#/definitions/encrypted" }] };
}

/** The description, where there is one. */
export const said = (description: string | undefined): Node =>
  description === undefined ? {} : { description };

/** The same node, with each node directly below it changed. */
function mapBelow(node: Node, change: (below: Node) => Node): Node {
  const { properties, additionalProperties, items, anyOf } = node;
  return {
    ...node,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, below]) => [key, change(below)]),
      ),
    }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: change(additionalProperties),
    }),
    ...(items && { items: change(items) }),
    ...(anyOf && { anyOf: anyOf.map(change) }),
  };
}
