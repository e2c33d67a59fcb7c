import type { Node } from "./json-schema";
import { keysOfStackFile } from "./stack-file-schema";

const HEAD = `# Configuration reference

<!-- Made by npm run docs from the schema of the stack file. Change a description there: it is the one place for it. -->

Every key of a stack file (\`Pulumi.<stack>.yaml\`) that this program reads. An unknown key, or a value of another type, is an error that names its place,
what was found and what was expected, all of them at once, before anything is looked at.

## In an editor

[\`config.schema.json\`](config.schema.json) describes the whole stack file for editors that speak YAML's language server (VS Code with the YAML extension,
Neovim, JetBrains): keys are completed and explained, and a wrong one is marked while it is written. The first line of a stack file names it:

\`\`\`yaml
# yaml-language-server: $schema=./docs/config.schema.json
config:
  gateways:smoltbot:
    version: "1.0.0"
\`\`\`

The schema is the program's own, with what a JSON Schema cannot say left out: that two keys fit each other, that a URL holds no password, that a pattern
says which error it means. \`pulumi preview\` has the last word.

Secrets are set with \`pulumi config set --secret\`, which writes \`secure: …\` in their place; a secret that is not encrypted is refused. Keys of other namespaces,
such as \`pulumi:disable-default-providers\`, are left alone.
`;

/** The reference of all keys, as Markdown: type, default and meaning of each. */
export function configurationPage(): string {
  const sections = Object.entries(keysOfStackFile()).map(([key, node]) => section(key, node));
  return [HEAD, ...sections].join("\n");
}

function section(key: string, node: Node): string {
  const { tree, words } = withoutEncrypted(node);
  const about = `${node.description ?? ""} ${typeLine(tree, words)}`;
  return `## ${key}\n\n${about.trim()}\n\n${below(tree, "", 0).join("\n")}\n`;
}

const typeLine = (tree: Node, words: string): string =>
  tree.properties === undefined
    ? `Type: ${typeOf(tree)}${words}.`
    : words === ""
      ? ""
      : "Encrypted.";

/** One line for each key below a node, those below them indented. */
function below(node: Node, path: string, depth: number): readonly string[] {
  const { tree } = withoutEncrypted(node);
  const own = Object.entries(tree.properties ?? {}).flatMap(([key, value]) =>
    line(path === "" ? key : `${path}.${key}`, value, tree.required?.includes(key) === true, depth),
  );
  return [
    ...own,
    ...entries(tree, path, depth),
    ...items(tree, path, depth),
    ...forms(tree, path, depth),
  ];
}

/** The keys of each entry of a map. */
function entries({ additionalProperties: entry }: Node, path: string, depth: number) {
  return typeof entry === "object"
    ? below(entry, path === "" ? "<name>" : `${path}.<name>`, depth)
    : [];
}

/** The keys of each item of a list. */
const items = ({ items: item }: Node, path: string, depth: number): readonly string[] =>
  item === undefined ? [] : below(item, `${path}[]`, depth);

function line(path: string, node: Node, required: boolean, depth: number): readonly string[] {
  const { tree, words } = withoutEncrypted(node);
  const preset = tree.default === undefined ? "" : `default ${code(tree.default)}`;
  const facts = [`${typeOf(tree)}${words}`, required ? "required" : "", preset];
  const about = `${indent(depth)}- \`${path}\` (${facts.filter((fact) => fact !== "").join("; ")})`;
  return [`${about}: ${node.description ?? ""}`, ...below(node, path, depth + 1)];
}

/** The forms of a value that may be one of several trees. */
function forms({ anyOf = [] }: Node, path: string, depth: number): readonly string[] {
  const isTold = ({ properties, const: word, description }: Node) =>
    properties !== undefined || (word !== undefined && description !== undefined);
  if (!anyOf.some(isTold)) return [];
  return anyOf.flatMap((form) => [
    `${indent(depth)}- ${form.properties === undefined ? `${typeOf(form)}: ` : ""}${form.description ?? ""}`,
    ...below(form, path, depth + 1),
  ]);
}

const indent = (depth: number): string => "  ".repeat(depth);

/** In words, such as "whole number, at least 1". */
function typeOf(node: Node): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return listed(node.enum.map(code));
  if (node.anyOf !== undefined) return `one of ${node.anyOf.length} forms`;
  if (node.type === "array") return `list of ${typeOf(node.items ?? {})}`;
  if (node.type === "object") return node.properties === undefined ? "map" : "keys below";
  if (node.type === "integer") return `whole number${bounds(node)}`;
  if (node.type === "number") return `number${bounds(node)}`;
  if (node.type === "boolean") return "`true` or `false`";
  return node.type === "string" ? "text" : "anything";
}

const listed = (words: readonly string[]): string =>
  [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" or ");

function bounds({ minimum, maximum }: Node): string {
  if (minimum === undefined) return "";
  return maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}

const code = (value: unknown): string =>
  `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** A value that may be encrypted, as it is when it is not. */
function withoutEncrypted(node: Node): { readonly tree: Node; readonly words: string } {
  const [plain, encrypted] = node.anyOf ?? [];
  if (encrypted?.$ref === undefined) return { tree: node, words: "" };
  return { tree: plain ?? {}, words: ", encrypted" };
}
