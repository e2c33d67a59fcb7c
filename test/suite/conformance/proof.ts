import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { PluginKind } from "../../lab/pulumi-home";
import { ROOT } from "../durations";
import type { RunReport } from "../report";

/** What is known about the conformance of a content on a kind of plugins. */
export interface Proof {
  readonly content: string;
  readonly kind: PluginKind;
  /** Whether all of it has passed on this machine. */
  readonly here: boolean;
  /** Whether the committed record says that all of it has passed. */
  readonly recorded: boolean;
}

const RECORD = "test/suite/conformance/record.json";
const recordFile = join(ROOT, RECORD);
const recordSchema = z.partialRecord(z.enum(["standin", "official"]), z.string());
const markOf = (cache: string, kind: PluginKind) => join(cache, `conformance-of-${kind}`);

/** Looks up what is known about a content. */
export async function readProof(cache: string, content: string, kind: PluginKind): Promise<Proof> {
  const mark = await readFile(markOf(cache, kind), "utf8").catch(() => "");
  const record = await readRecord();
  return { content, kind, here: mark.trim() === content, recorded: record[kind] === content };
}

/** Notes on this machine that all of a content has passed. */
export async function markProven(cache: string, { kind, content }: Proof): Promise<void> {
  await mkdir(cache, { recursive: true });
  await writeFile(markOf(cache, kind), `${content}\n`);
}

/** Notes it in the checkout, so that other machines know it too. */
export async function recordProven({ kind, content }: Proof): Promise<void> {
  const record = { ...(await readRecord()), [kind]: content };
  await writeFile(recordFile, `${JSON.stringify(record, null, 2)}\n`);
}

async function readRecord(): Promise<Readonly<z.infer<typeof recordSchema>>> {
  const text = await readFile(recordFile, "utf8").catch(() => "{}");
  return recordSchema.parse(JSON.parse(text));
}

/** Whether a sample is enough. */
export const isProven = ({ here, recorded }: Proof): boolean => here || recorded;

/** Says whether a run takes the conformance tests whole or a sample of them, and why. */
export function describeProof(proof: Proof, whole: boolean): string {
  const plugins = proof.kind === "standin" ? "the stand-ins" : "the official plugins";
  if (!whole) {
    const where = proof.here ? "on this machine" : `by ${RECORD}`;
    return `Conformance of ${plugins}: a sample; this very content has passed whole ${where}.`;
  }
  const why = isProven(proof) ? "as asked for" : "nothing says that this content has passed whole";
  return `Conformance of ${plugins}: whole; ${why}.`;
}

/** Whether a run has passed all of these test files. */
export const hasPassed = ({ whole, files }: RunReport, testFiles: readonly string[]): boolean =>
  whole &&
  testFiles.every((path) =>
    files.some(({ file, ok, passed }) => file === path && ok && passed > 0),
  );
