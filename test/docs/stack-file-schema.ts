import { isDeepStrictEqual } from "node:util";
import { SECRET_KEYS } from "../../components/config/faults";
import { instancesSchema } from "../../components/config/instances";
import {
  keysSchema,
  secretKeysOf,
  targetsOf,
  type ConfiguredProduct,
  type ConfiguredTarget,
} from "../../components/config/keys";
import { products } from "../../components/products";
import { targets } from "../../components/targets";
import {
  ENCRYPTED,
  inPart,
  jsonSchema,
  orEncrypted,
  said,
  type Node,
  type Nodes,
} from "./json-schema";

/** What a stack file may name. */
export interface Registered {
  readonly products: readonly ConfiguredProduct[];
  readonly targets: readonly ConfiguredTarget[];
}

const REGISTERED: Registered = { products, targets };
const NAMESPACE = "gateways:";
const INSTANCES = `${NAMESPACE}instances`;

/** The settings of a gateway of a product, with all that must be there. */
const wholeOf = (product: string): Node => ({ $ref: `#/definitions/${product}` });
/** The same without a key that must be there: beside `gateways:instances`, each key may stand in either place. */
const sharedOf = (product: string): Node => ({ $ref: `#/definitions/${product}InPart` });
/** An entry of `gateways:instances`. */
const INSTANCE: Node = { $ref: "#/definitions/instance" };

/**
 * Every key of this program in a stack file, with its `gateways:` prefix, as the file may write it; a product has the keys of all its targets. A key that
 * holds secrets may have an encrypted value in the place of any text or tree.
 */
export function keysOfStackFile(registered = REGISTERED): Nodes {
  const keys: Nodes = {
    ...Object.assign({}, ...registered.products.map((one) => productKeys(one, registered))),
    ...instanceKeys(registered),
  } as Nodes;
  const secret = new Set([
    ...SECRET_KEYS,
    ...registered.products.flatMap(({ name }) => secretKeysOf(name)),
  ]);
  return Object.fromEntries(
    Object.entries(keys).map(([key, node]) => [
      `${NAMESPACE}${key}`,
      secret.has(key) ? orEncrypted(node) : node,
    ]),
  );
}

/** The JSON Schema of a whole stack file (`Pulumi.<stack>.yaml`), for editors. */
export function stackFileSchema(registered = REGISTERED) {
  const keys = keysOfStackFile(registered);
  const names = registered.products.map(({ name }) => name);
  const settings = (of: (product: string) => unknown) =>
    Object.fromEntries(names.map((name) => [`${NAMESPACE}${name}`, of(name)]));
  const required = names.map((name) => ({ required: [`${NAMESPACE}${name}`] }));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of a gateway",
    description: "Made by `npm run docs` from the schema that the program itself checks with.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          ...keys,
          // Which of the two definitions holds is said by the condition below.
          ...settings(() => true),
          [INSTANCES]: {
            ...keys[INSTANCES],
            minProperties: 1,
            additionalProperties: INSTANCE,
          },
        },
        // Keys of other namespaces, such as pulumi:disable-default-providers, belong to others.
        patternProperties: { [`^(?!${NAMESPACE})`]: true },
        additionalProperties: false,
        if: { required: [INSTANCES] },
        then: { properties: settings(sharedOf) },
        else: { anyOf: required, properties: settings(wholeOf) },
      },
    },
    definitions: {
      ...Object.assign({}, ...registered.products.map((one) => definitionsOf(one, registered))),
      instance: { anyOf: registered.products.flatMap((one) => instanceOf(one, registered)) },
      encrypted: ENCRYPTED,
    } as Nodes,
  };
}

/** The settings of a product, whole and in part. */
function definitionsOf(product: ConfiguredProduct, { targets: all }: Registered): Nodes {
  const { name } = product;
  const inTargets = settingsInTargets(product, all);
  const names = targetsOf(product, all).map((target) => target.name);
  return {
    [name]: oneOf(inTargets),
    [`${name}InPart`]: inPart(inAnyTarget(inTargets, names)),
  };
}

/** The forms of an instance of a product: its keys as they are, or below the key of the product. */
function instanceOf(product: ConfiguredProduct, registered: Registered): readonly Node[] {
  const { name } = product;
  const isMeant = name === registered.products[0]?.name;
  const names = targetsOf(product, registered.targets).map((target) => target.name);
  const all = inAnyTarget(settingsInTargets(product, registered.targets), names);
  const keys = Object.keys(all.properties ?? {}).map((key): [string, Node] => [
    key,
    { $ref: `#/definitions/${name}InPart/properties/${key}` },
  ]);
  return [
    {
      type: "object",
      properties: { product: { ...PRODUCT, const: name }, ...Object.fromEntries<Node>(keys) },
      additionalProperties: false,
      ...(isMeant ? {} : { required: ["product"] }),
      ...noneOf(pairs(names)),
    },
    {
      type: "object",
      properties: { [name]: sharedOf(name) },
      required: [name],
      additionalProperties: false,
    },
  ];
}

const pairs = (names: readonly string[]): readonly (readonly string[])[] =>
  names.flatMap((name, index) => names.slice(index + 1).map((other) => [name, other]));

const noneOf = (together: readonly (readonly string[])[]): Node =>
  together.length === 0 ? {} : { not: { anyOf: together.map((required) => ({ required })) } };

const PRODUCT: Node = { description: "The product of this gateway." };

/** The keys that describe a gateway of a product, whatever its target. */
function productKeys(product: ConfiguredProduct, { targets: all }: Registered): Nodes {
  const inTargets = targetsOf(product, all).map((target) => keysIn(product, target));
  const names = targetsOf(product, all).map(({ name }) => name);
  const settings = inAnyTarget(settingsInTargets(product, all), names);
  const choice = names.length > 1 ? ` It names exactly one of ${names.map(code).join(", ")}.` : "";
  return {
    ...inTargets[0],
    [product.name]: { ...settings, description: `${settings.description ?? ""}${choice}` },
  };
}

/** The settings of a product in each of its targets. */
const settingsInTargets = (
  product: ConfiguredProduct,
  all: readonly ConfiguredTarget[],
): readonly Node[] =>
  targetsOf(product, all).map((target) => keysIn(product, target)[product.name] ?? {});

const keysIn = (product: ConfiguredProduct, target: ConfiguredTarget): Nodes =>
  named(product.name, jsonSchema(keysSchema(product, target)).properties ?? {});

/** What says which gateways there are. */
function instanceKeys({ products: [meant, ...others] }: Registered): Nodes {
  const { instances = {}, ...rest } = jsonSchema(instancesSchema).properties ?? {};
  const names = [meant, ...others].flatMap((one) => one?.name ?? []);
  const [first = ""] = names;
  const product: Node = { ...PRODUCT, enum: names, default: first };
  return named(others.length === 0 ? first : "<product>", {
    instances: { ...instances, additionalProperties: { type: "object", properties: { product } } },
    ...rest,
  });
}

/** Descriptions with the name of the product in the place that is left for it. */
const named = (product: string, nodes: Nodes): Nodes =>
  JSON.parse(JSON.stringify(nodes).replaceAll("<product>", product)) as Nodes;

const oneOf = (nodes: readonly Node[]): Node =>
  nodes[0] !== undefined && nodes.length === 1 ? nodes[0] : { anyOf: nodes };

/** The keys of the trees of all these targets: one that says more in one of them than in another may be either. */
function inAnyTarget(nodes: readonly Node[], targets: readonly string[]): Node {
  const [first = {}] = nodes;
  const keys = [...new Set(nodes.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const formsOf = (key: string): readonly Form[] =>
    nodes.flatMap(({ properties }, index) => {
      const node = properties?.[key];
      return node === undefined ? [] : [{ node, target: targets[index] ?? "" }];
    });
  return {
    ...first,
    properties: Object.fromEntries(keys.map((key) => [key, either(formsOf(key))])),
    required: (first.required ?? []).filter((key) =>
      nodes.every(({ required = [] }) => required.includes(key)),
    ),
  };
}

/** What a key is in one target. */
interface Form {
  readonly node: Node;
  readonly target: string;
}

function either(forms: readonly Form[]): Node {
  const different = forms.filter(
    ({ node }, index) => forms.findIndex((other) => isDeepStrictEqual(node, other.node)) === index,
  );
  const [first, ...others] = different;
  if (first === undefined || others.length === 0) return first?.node ?? {};
  const about = ({ node, target }: Form) => `With ${code(target)}: ${node.description ?? ""}`;
  const isSaidOnce = others.every(({ node }) => node.description === first.node.description);
  return {
    anyOf: different.map((form) => ({ ...form.node, ...said(about(form)) })),
    ...said(isSaidOnce ? first.node.description : different.map(about).join(" ")),
  };
}

const code = (word: string): string => `\`${word}\``;
