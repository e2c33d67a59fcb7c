import { z } from "zod";
import { SECRET_KEYS } from "../../components/config/faults";
import { instancesSchema } from "../../components/config/instances";
import { keysSchema, secretKeysOf } from "../../components/config/keys";
import { products } from "../../components/products";

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
  readonly $ref?: string;
}

const NAMESPACE = "gateways:";

/** The settings of a gateway, all its keys set or not. */
const WHOLE = { $ref: "#/definitions/gateway" };
/** The same without a key that must be there: beside `gateways:instances`, each key may stand in either place. */
const IN_PART = { $ref: "#/definitions/gatewayInPart" };

/**
 * Every key of this program in a stack file, with its `gateways:` prefix, as the file may write it.
 * A key that holds secrets may have an encrypted value in the place of any text or tree.
 */
export function keysOfStackFile(): Readonly<Record<string, Node>> {
  const keys = Object.assign(
    {},
    ...[...products.map(keysSchema), instancesSchema].map(
      (schema) => jsonSchema(schema).properties,
    ),
  ) as Readonly<Record<string, Node>>;
  const secret = new Set([...SECRET_KEYS, ...products.flatMap(({ name }) => secretKeysOf(name))]);
  return Object.fromEntries(
    Object.entries(keys).map(([key, node]) => [
      `${NAMESPACE}${key}`,
      secret.has(key) ? orEncrypted(node) : node,
    ]),
  );
}

/** The JSON Schema of a whole stack file (`Pulumi.<stack>.yaml`), for editors. */
export function stackFileSchema() {
  const { [`${NAMESPACE}smoltbot`]: gateway = {}, ...keys } = keysOfStackFile();
  const instances = `${NAMESPACE}instances`;
  const alone = {
    required: [`${NAMESPACE}smoltbot`],
    properties: { [`${NAMESPACE}smoltbot`]: WHOLE },
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of a gateway",
    description: "Made by `npm run docs` from the schema that the program itself checks with.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          // Which of the two definitions holds is said by the condition below.
          [`${NAMESPACE}smoltbot`]: true,
          ...keys,
          [instances]: { ...keys[instances], minProperties: 1, additionalProperties: IN_PART },
        },
        // Keys of other namespaces, such as pulumi:disable-default-providers, belong to others.
        patternProperties: { [`^(?!${NAMESPACE})`]: true },
        additionalProperties: false,
        if: { required: [instances] },
        then: { properties: { [`${NAMESPACE}smoltbot`]: IN_PART } },
        else: alone,
      },
    },
    definitions: { gateway, gatewayInPart: inPart(gateway), encrypted: ENCRYPTED },
  };
}

const ENCRYPTED = {
  description: "What `pulumi config set --secret` writes.",
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** What a schema takes in, before defaults are filled in. */
const jsonSchema = (schema: z.ZodType): Node =>
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
function inPart(node: Node): Node {
  const rest = { ...node };
  delete rest.required;
  return mapBelow(rest, inPart);
}

/** Every text and every tree of it may be encrypted. */
function orEncrypted(node: Node): Node {
  const { description, ...rest } = mapBelow(node, orEncrypted);
  if (node.type !== "string" && node.type !== "object") return { ...rest, ...said(description) };
  return { ...said(description), anyOf: [rest, { $ref: "#/definitions/encrypted" }] };
}

const said = (description: string | undefined): Node =>
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
