// Imported by Node before Pulumi's own host (Pulumi.yaml, nodeargs); the host then runs this file in the place of index.ts.
import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./bundle.mjs";
import { postponeSeldomUsed } from "./postpone.mjs";

const ROOT = dirname(dirname(import.meta.dirname));

const isProgram = (word) => {
  try {
    return realpathSync(resolve(word)) === join(ROOT, "index.ts");
  } catch {
    return false;
  }
};

postponeSeldomUsed(ROOT);
process.argv = process.argv.map((word) =>
  isProgram(word) ? fileURLToPath(import.meta.url) : word,
);

/** The program of index.ts. It is loaded when the host is ready for it, and not when this file is. */
export default async () => (await load("index.ts")).default();
