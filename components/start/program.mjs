// Imported by Node before Pulumi's own host (Pulumi.yaml, nodeargs); the host then runs this file in the place of index.ts.
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./bundle.mjs";
import { postponeSeldomUsed } from "./postpone.mjs";
import { quieten } from "./quiet.mjs";
import { failUnlessWhole } from "./whole.mjs";

const ROOT = dirname(dirname(import.meta.dirname));

postponeSeldomUsed(ROOT);
process.argv = process.argv.map((word) =>
  basename(word) === "index.ts" ? fileURLToPath(import.meta.url) : word,
);

/** The program of index.ts. It is loaded when the host is ready for it, and not when this file is. */
export default failUnlessWhole(ROOT, async () => {
  quieten(ROOT);
  return (await load("index.ts")).default();
});
