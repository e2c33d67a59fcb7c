import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { ROOT } from "../durations";
import type { Graph } from "./choose";

/**
 * What files read while they run, which no import tells. A test that runs the real CLI runs the program; its Helm reads the chart, and its engine starts
 * the stand-ins.
 */
const READS: Graph["reads"] = {
  "test/lab/project.ts": ["index.ts", "components/", "Pulumi.", "test/lab/plugins/"],
  "test/lab/engine/small-program.ts": ["test/lab/plugins/"],
  "test/lab/plugins/kubernetes-trial.ts": ["test/lab/plugins/"],
  "test/lab/gateways.ts": ["test/lab/charts/", "test/lab/catalogue.yaml"],
  "test/lab/helm-install.ts": ["test/lab/charts/"],
  "test/smoltbot/world.ts": ["test/lab/charts/", "test/lab/catalogue.yaml"],
  "test/smoltbot/release.lab.test.ts": ["test/lab/charts/"],
  "test/lab/charts.lab.test.ts": ["test/lab/charts/"],
  "test/lab/global-setup.ts": ["test/lab/products/", "test/lab/tools/"],
  "components/start/step.mjs": ["components/"],
  "components/smoltbot/release.ts": ["components/smoltbot/catalogue.yaml"],
  "test/smoltbot/release-rules.test.ts": ["test/lab/charts/"],
  "test/upgrade/gates/closing.test.ts": [
    "components/upgrade/gates/",
    "components/kubernetes/gates/",
    "components/smoltbot/gates/",
    "docs/upgrade-model.md",
    "docs/gates.md",
  ],
  "test/lab/images.test.ts": ["test/lab/products/"],
  "test/docs/stack-file-schema.test.ts": ["docs/config.schema.json", "Pulumi."],
  "test/docs/links.ts": ["docs/", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
  "test/docs/pages.ts": [
    "docs/config.schema.json",
    "docs/configuration.md",
    "docs/requirements.md",
  ],
};

/** Programs that tests start by their path, and what starts before the tests of the lab. */
const PROGRAMS = [
  "components/steps/main.ts",
  "components/start/step.mjs",
  "test/lab/global-setup.ts",
];

/** Reads what each test file depends on: its imports, the files that it names in its text, and what it reads while it runs. */
export async function importGraph(): Promise<Graph> {
  const tests = await testFiles();
  const tracked = (await execa("git", ["ls-files"], { cwd: ROOT })).stdout.split("\n");
  const { metafile } = await build({
    entryPoints: [...tests, ...PROGRAMS].map((file) => join(ROOT, file)),
    absWorkingDir: ROOT,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "nowhere",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const imports = await Promise.all(
    Object.entries(metafile.inputs).map(async ([file, input]) => {
      const inside = input.imports.filter(({ external }) => external !== true);
      const lab = file.endsWith(".lab.test.ts") ? ["test/lab/global-setup.ts"] : [];
      const named = namedIn(await readFile(join(ROOT, file), "utf8"), tracked);
      return [file, [...inside.map(({ path }) => path), ...lab, ...named]] as const;
    }),
  );
  // It reads the titles of all tests.
  const reads = { ...READS, "test/acceptance/tests-by-row.ts": tests };
  return { tests, imports: Object.fromEntries(imports), reads };
}

/** Files that a text names: programs by their path, anything that is no source by its name. */
const namedIn = (text: string, files: readonly string[]): readonly string[] =>
  files.filter((file) =>
    isSource(file) ? PROGRAMS.includes(file) && text.includes(file) : namesData(text, file),
  );

const isSource = (file: string): boolean => /\.m?ts$|\.mjs$/.test(file);

const namesData = (text: string, file: string): boolean =>
  !file.endsWith(".json") && text.includes(basename(file));

/** All test files below the checkout's folder test. */
export async function testFiles(): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, "test"), { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name.endsWith(".test.ts"))
    .map(({ name, parentPath }) => relative(ROOT, join(parentPath, name)))
    .sort();
}
