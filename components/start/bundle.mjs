// Plain JavaScript: it runs before anything can read TypeScript.
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { constants, Script } from "node:vm";

const ROOT = dirname(dirname(import.meta.dirname));

/** Left to Node: Pulumi's host has the SDK too, and few need the official clients, which are large. */
const EXTERNAL = [
  "@pulumi/pulumi",
  "@kubernetes/client-node",
  "@aws-sdk/client-s3",
  "@aws-sdk/lib-storage",
  "dockerode",
];

/** What decides about a bundle besides the modules in it. */
const AROUND = [
  "components/start/bundle.mjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

/** A younger file may change once more and look the same: the clocks of file systems are coarse. */
const SETTLED_MS = 2000;

const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

/**
 * Loads a TypeScript module with all that it imports, as one JavaScript file: kept from an earlier run if no source has changed since,
 * else made anew; in memory alone if it cannot be kept. Why: docs/decisions/0015-one-file-per-process.md.
 */
export async function load(entry, { root = ROOT, folder, settledMs = SETTLED_MS } = {}) {
  const cache = folder ?? join(root, "node_modules", ".cache", `gateways-${hash(root)}`);
  const path = join(cache, entry.replace(/\W+/g, "-"));
  const { file, code } = findKept(path, root) ?? keep(path, await make(entry, root, settledMs));
  const script = compile(file ?? join(root, entry), code);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(join(root, entry)), module);
  return module.exports;
}

function findKept(path, root) {
  try {
    const { file, stamps } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const same = Object.entries(stamps).every(([name, stamp]) => stampOf(root, name) === stamp);
    return same ? { file, code: readFileSync(file, "utf8") } : undefined;
  } catch {
    // Never made, or another run is just putting a newer one in its place.
    return undefined;
  }
}

const statusOf = (root, name) =>
  statSync(join(root, name), { bigint: true, throwIfNoEntry: false });

/** Differs after every change of the file: what changes it changes ctime, which nobody can set back. */
function stampOf(root, name) {
  const status = statusOf(root, name);
  return status && [status.ino, status.size, status.mtimeNs, status.ctimeNs].join(" ");
}

async function make(entry, root, settledMs) {
  const started = Date.now();
  const { outputFiles, metafile } = await bundle(entry, root);
  const names = [...AROUND, ...Object.keys(metafile.inputs)];
  return {
    code: outputFiles[0].text,
    stamps: Object.fromEntries(names.map((name) => [name, stampOf(root, name)])),
    settled: names.every((name) => !(statusOf(root, name)?.ctimeMs > started - settledMs)),
  };
}

async function bundle(entry, root) {
  const { build } = await import("esbuild");
  try {
    return await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(root, "bundle.js"),
      write: false,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      external: EXTERNAL,
      define: { "import.meta.dirname": JSON.stringify(join(root, "components")) },
      // What is loaded late and left to Node is required: a script of its own has no loader for it.
      supported: { "dynamic-import": false },
      // A file that is added never takes the place of one that is already part of the bundle.
      resolveExtensions: [".ts", ".js", ".json"],
      // Without a source map: Pulumi's host would read it at every run, for stacks that nobody sees.
      metafile: true,
      logLevel: "silent",
    });
  } catch (error) {
    throw Object.assign(error, { stack: error.message });
  }
}

/** Keeps a bundle for later runs, each of its files whole or not at all. */
function keep(path, { code, stamps, settled }) {
  const file = `${path}-${hash(code)}.cjs`;
  try {
    if (!settled) return { code };
    mkdirSync(dirname(path), { recursive: true });
    write(file, code);
    write(`${path}.json`, JSON.stringify({ file, stamps }));
    forgetOthers(path, file);
    return { file, code };
  } catch {
    // Read-only, or full.
    return { code };
  }
}

function write(path, content) {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, content);
  renameSync(aside, path);
}

/** A run that was about to read one of these makes its own. */
function forgetOthers(path, kept) {
  for (const name of readdirSync(dirname(path))) {
    const file = join(dirname(path), name);
    const ours = file.startsWith(`${path}-`) && /\.(cjs|v8)$/.test(name);
    if (ours && !file.startsWith(kept)) rmSync(file, { force: true });
  }
}

const notYetCompiled = new Map();

// At the end, because by then V8 has compiled all that such a run needs.
process.once("exit", () => {
  for (const [path, script] of notYetCompiled) {
    try {
      write(path, script.createCachedData());
    } catch {
      // The next run compiles again.
    }
  }
});

/** With what V8 compiled in an earlier run of exactly this code. */
function compile(file, code) {
  const compiled = `${file}.v8`;
  const script = new Script(`(function (exports, require, module) { ${code}\n})`, {
    filename: file,
    cachedData: readIfThere(compiled),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected !== false && file.endsWith(".cjs"))
    notYetCompiled.set(compiled, script);
  return script;
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
