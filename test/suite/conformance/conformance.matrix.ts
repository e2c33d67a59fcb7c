import { readdirSync } from "node:fs";
import { join } from "node:path";
import { matrix, type FileCell } from "../../matrix/matrix";
import { ROOT } from "../durations";

const FOLDER = "test/lab/plugins";
const SUFFIX = ".conformance.lab.test.ts";

const cells: Readonly<Record<string, FileCell>> = Object.fromEntries(
  readdirSync(join(ROOT, FOLDER))
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => [name.slice(0, -SUFFIX.length), { testFile: `${FOLDER}/${name}` }]),
);

/** The rules of the official plugins that the stand-ins keep: a run takes all of them until this very content has passed once. */
export default matrix({ name: "conformance", sample: 2, cells });
