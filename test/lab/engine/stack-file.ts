import { isMap, isScalar, parseDocument, type Document, type YAMLMap } from "yaml";

/** A part of a stack's configuration: null takes a key away, a map is merged, all else replaces. */
export type Overrides = Readonly<Record<string, unknown>>;

const ENCRYPTION = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/**
 * Makes a stack file for another place out of a committed one: with overrides merged in, without
 * what only its owner can decrypt (encryption settings, `secure:` values). Comments and order stay.
 */
export function relocateStackFile(committed: string, config: Overrides): string {
  const document = parseDocument(committed);
  for (const key of ENCRYPTION) if (isMap(document.contents)) document.delete(key);
  dropSecure(document.contents);
  return mergeInto(document, config);
}

/** Merges overrides into the configuration of a stack file; everything else stays, secrets too. */
export function mergeStackFile(text: string, config: Overrides): string {
  return mergeInto(parseDocument(text), config);
}

/** A stack file with another wanted release: one line differs. */
export interface VersionEdit {
  readonly text: string;
  /** The edit as a diff shows it: the old line with `-`, the new one with `+`; empty if none differs. */
  readonly diff: string;
}

/**
 * Changes the wanted release and nothing else in a stack file.
 *
 * @param product - whose release
 * @throws Error when it names none.
 */
export function editVersion(text: string, version: string, product = "smoltbot"): VersionEdit {
  const key = `gateways:${product}`;
  const node = parseDocument(text).getIn(["config", key, "version"], true);
  if (!isScalar(node) || node.range == null) throw new Error(`${key} has no version`);
  const [from, to] = node.range;
  const written = text.slice(from, to);
  const quote = /^["']/.exec(written)?.[0] ?? "";
  const edited = `${text.slice(0, from)}${quote}${version}${quote}${text.slice(to)}`;
  const line = text.slice(0, from).split("\n").length - 1;
  const [before = "", after = ""] = [text, edited].map((one) => one.split("\n")[line]);
  return { text: edited, diff: before === after ? "" : `-${before}\n+${after}` };
}

function mergeInto(document: Document, config: Overrides): string {
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  merge(document, document.get("config") as YAMLMap, config);
  return document.toString({ lineWidth: 0 });
}

function merge(document: Document, into: YAMLMap, overrides: Overrides): void {
  for (const [key, value] of Object.entries(overrides)) {
    const there = into.get(key);
    if (value === null || value === undefined) into.delete(key);
    else if (isPlain(value) && isMap(there)) merge(document, there, value);
    else into.set(key, document.createNode(value));
  }
}

function dropSecure(map: unknown): void {
  if (!isMap(map)) return;
  for (const pair of [...map.items]) {
    if (isMap(pair.value) && pair.value.has("secure")) map.delete(pair.key);
    else dropSecure(pair.value);
  }
}

function isPlain(value: unknown): value is Overrides {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
