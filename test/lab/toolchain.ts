import type { Dirent } from "node:fs";
import { cp, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "./run";
import { cachedFolder, exists, keyOf } from "./cache";
import type { Say } from "./parts";
import type { ToolSet } from "./tool-sets";

/** Where a tool set's programs lie once they are built. */
export async function toolFolder(cache: string, tools: string, set: ToolSet): Promise<string> {
  return join(cache, `${set.name}-${await toolKey(tools, set)}`);
}

const moduleOf = (tools: string, { name, module = name }: ToolSet): string => join(tools, module);

async function toolKey(tools: string, set: ToolSet): Promise<string> {
  const folder = moduleOf(tools, set);
  const sources = await goFiles(folder);
  const files = ["go.mod", "go.sum", ...sources].map((file) => readFile(join(folder, file)));
  return keyOf([
    ...(await Promise.all(files)),
    JSON.stringify([
      set.ldflags,
      set.programs,
      process.arch,
      ...(set.tags ?? []),
      set.replacements,
      LEAN,
    ]),
  ]);
}

/** Compiles the tool set unless it lies in the cache; gives the folder of its programs. */
export async function buildTools(
  cache: string,
  tools: string,
  set: ToolSet,
  say: Say,
  signal: AbortSignal,
): Promise<string> {
  const built = await toolFolder(cache, tools, set);
  if (await exists(built)) return built;
  const { module, kept } = await sourcesOf(cache, tools, set, signal);
  const folder = await cachedFolder(cache, set.name, await toolKey(tools, set), async (aside) => {
    const flags = [...tagged(set.tags), kept];
    const sources = Object.values(set.programs);
    let [compiled, total] = [0, Infinity];
    const output = join(aside, "programs/");
    const building = goBuild(
      { cwd: module, output, sources, ldflags: set.ldflags, flags, signal },
      () => {
        compiled += 1;
        const known = Number.isFinite(total) ? ` of ${Math.max(total, compiled)}` : "";
        say(`compiled ${compiled}${known} packages`, Math.min(0.95, compiled / total));
      },
    );
    const counting = countPackages(module, [...flags, ...sources], say, signal).then((left) => {
      // What was compiled while it counted, it has counted or not.
      total = Math.max(left, compiled);
    });
    await Promise.all([building, counting]);
    for (const [program, source] of Object.entries(set.programs))
      await rename(join(output, builtName(source, set.name)), join(aside, program));
    await rm(output, { recursive: true });
  });
  if (set.replacements !== undefined) await rm(module, { recursive: true, force: true });
  return folder;
}

/** How Go names the program of a package: by the last part of its path that is no major version; of `.`, by the module. */
function builtName(source: string, module: string): string {
  const parts = source.split("/").filter((part) => !/^v\d+$/.test(part));
  return source === "." ? module : parts.at(-1)!;
}

/** Paths of the Go files below a folder, from there. */
const goFiles = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".go")).sort();

/**
 * Gives the folder of a module as a set compiles it, and how Go is told to keep to it: where packages are replaced, a copy with the sources of all its
 * packages in it. What was compiled from sources in their own place is found again all the same, and the other way round.
 */
export async function sourcesOf(
  cache: string,
  tools: string,
  set: ToolSet,
  signal: AbortSignal,
): Promise<{ readonly module: string; readonly kept: "-mod=readonly" | "-mod=vendor" }> {
  const module = moduleOf(tools, set);
  if (set.replacements === undefined) return { module, kept: "-mod=readonly" };
  const replacements = join(module, set.replacements);
  const key = await toolKey(tools, set);
  const copied = await cachedFolder(cache, `${set.name}-sources`, key, async (copy) => {
    for (const file of ["go.mod", "go.sum"]) await cp(join(module, file), join(copy, file));
    await run("go", ["mod", "vendor"], { cwd: copy, env: goEnvironment, signal });
    const packages = new Set((await goFiles(replacements)).map((file) => dirname(file)));
    for (const each of packages) {
      const place = join(copy, "vendor", each);
      for (const { name } of (await readdir(place, { withFileTypes: true })).filter(isGoFile))
        await rm(join(place, name));
      await cp(join(replacements, each), place, { recursive: true });
    }
  });
  return { module: copied, kept: "-mod=vendor" };
}

const isGoFile = (entry: Dirent): boolean => entry.isFile() && entry.name.endsWith(".go");

const tagged = (tags: readonly string[] = []): readonly string[] =>
  tags.length === 0 ? [] : ["-tags", tags.join(",")];

/** The compiler collects no garbage while there is memory for it: two cores are few. */
const goEnvironment = {
  CGO_ENABLED: "0",
  GOFLAGS: "",
  GOGC: "off",
  GOMEMLIMIT: "4GiB",
  GOWORK: "off",
} as const;

/**
 * Packages that are the hot part of a lab: their functions are put into each other, as Go does by default. All others do without, which takes a quarter of
 * the compiler's time for them.
 */
const INLINED = [
  "std",
  "golang.org/x/...",
  "google.golang.org/...",
  "github.com/gogo/protobuf/...",
  "github.com/pulumi/...",
  "go.etcd.io/...",
  "k8s.io/apimachinery/...",
  "sigs.k8s.io/json/...",
  "sigs.k8s.io/structured-merge-diff/...",
];

// What a debugger would read is left out where it would be made, not only where it would be linked. Of several patterns the last one counts.
const LEAN = [
  "-trimpath",
  "-gcflags=all=-dwarf=false -l",
  ...INLINED.map((packages) => `-gcflags=${packages}=-dwarf=false`),
  "-buildvcs=false",
];

/** How many packages have not been compiled yet. */
async function countPackages(
  cwd: string,
  args: readonly string[],
  say: Say,
  signal: AbortSignal,
): Promise<number> {
  let downloads = 0;
  const stale = ["-deps", "-f", "{{if .Stale}}.{{end}}"];
  const { stdout } = await run("go", ["list", ...stale, ...LEAN, ...args], {
    cwd,
    env: goEnvironment,
    signal,
    onStderrLine: (line) => {
      if (!line.startsWith("go: downloading")) return;
      downloads += 1;
      say(`downloads sources, ${downloads} modules so far`);
    },
  });
  return stdout.split(".").length;
}

/** Compiles static programs; `compiled` is called once for each package that had to be compiled. */
export async function goBuild(
  build: {
    readonly cwd: string;
    readonly output: string;
    readonly sources: readonly string[];
    readonly ldflags: string;
    /** More flags. @defaultValue none */
    readonly flags?: readonly string[];
    readonly signal: AbortSignal;
  },
  compiled: () => void = () => undefined,
): Promise<void> {
  const flags = [...LEAN, "-v", "-ldflags", build.ldflags, "-o", build.output];
  await run("go", ["build", ...(build.flags ?? []), ...flags, ...build.sources], {
    cwd: build.cwd,
    env: goEnvironment,
    signal: build.signal,
    onStderrLine: compiled,
  });
}
