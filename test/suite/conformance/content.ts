import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { z } from "zod";
import { ROOT } from "../durations";

/** Where the stand-ins and the tests of their conformance are. */
const PLUGINS = join(ROOT, "test", "lab", "plugins");

const isTest = (name: string): boolean => name.endsWith(".test.ts");
const isConformanceTest = (name: string): boolean => name.endsWith(".conformance.lab.test.ts");

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

/** Digest over the stand-ins, the tests of their conformance, and the pinned versions of what they stand in for. */
export async function contentOfConformance(): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(PLUGINS, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && (!isTest(entry.name) || isConformanceTest(entry.name)))
    .map(({ name, parentPath }) => join(parentPath, name))
    .sort();
  for (const file of files)
    hash
      .update(`${relative(PLUGINS, file)}\n`)
      .update(await readFile(file))
      .update("\n");
  const lock: unknown = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  const versions = Object.entries(lockSchema.parse(lock).packages)
    .filter(([path]) => path.startsWith("node_modules/@pulumi/"))
    .map(([path, { version = "" }]) => `${path}@${version}`);
  return hash.update(versions.sort().join("\n")).digest("hex");
}
