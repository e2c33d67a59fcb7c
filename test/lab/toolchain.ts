import type { Dirent } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "./run";
import { cachedFolder, exists, keyOf } from "./cache";
import type { Say } from "./parts";

/** A set of programs compiled from one Go module file of ours. */
export interface ToolSet {
  readonly name: string;
  /** Folder of the module below `test/lab/tools`. @defaultValue the name */
  readonly module?: string;
  readonly ldflags: string;
  /** Build tags. @defaultValue none */
  readonly tags?: readonly string[];
  /** Tool set whose packages this one shares, so that it waits for them. @defaultValue none */
  readonly after?: string;
  /** Package by the name of the program that comes out of it. */
  readonly programs: Readonly<Record<string, string>>;
  /**
   * Folder in that of the set, with a folder for each package of which files are replaced by the files of the same name in it.
   *
   * @defaultValue none
   */
  readonly replacements?: string;
  /** Cold build, alone on 2 cores. Unit: seconds. */
  readonly seconds: number;
}

const stamp = (variable: string, value: string): string => `-X ${variable}=${value}`;
const KUBERNETES_VERSION = "k8s.io/component-base/version";

/** Everything that the lab compiles, slowest first. */
export const toolSets: readonly ToolSet[] = [
  {
    name: "cluster",
    module: "main",
    ldflags: [
      "-s -w",
      stamp(`${KUBERNETES_VERSION}.gitVersion`, "v1.34.4"),
      stamp(`${KUBERNETES_VERSION}.gitMajor`, "1"),
      stamp(`${KUBERNETES_VERSION}.gitMinor`, "34"),
    ].join(" "),
    programs: {
      etcd: "go.etcd.io/etcd/server/v3",
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
      kubelet: "k8s.io/kubernetes/cmd/kubelet",
      "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
    seconds: 215,
  },
  {
    // In one module with the cluster, because half of its packages are met there once all take the same versions of them; the cluster starts meanwhile.
    name: "engine",
    module: "main",
    after: "cluster",
    // State and keys of the lab lie in files: what speaks to the clouds' stores is a third of all that Pulumi is made of.
    replacements: "without-clouds",
    ldflags: [
      "-s -w",
      stamp("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", "v3.245.0"),
      stamp("helm.sh/helm/v3/internal/version.version", "v3.20.2"),
    ].join(" "),
    programs: {
      helm: "helm.sh/helm/v3/cmd/helm",
      pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    },
    seconds: 75,
  },
  {
    name: "prometheus",
    ldflags: "-s -w",
    // Of two dozen ways to find targets the lab needs one; the others would double the work.
    tags: ["remove_all_sd", "enable_kubernetes_sd"],
    programs: { prometheus: "github.com/prometheus/prometheus/cmd/prometheus" },
    seconds: 88,
  },
  {
    name: "versitygw",
    ldflags: "-s -w",
    programs: { versitygw: "github.com/versity/versitygw/cmd/versitygw" },
    seconds: 70,
  },
  {
    name: "coredns",
    ldflags: "-s -w",
    programs: { coredns: "." },
    seconds: 36,
  },
  {
    // Its packages have the versions that the engine has, so that the compiler has met nearly all of them there.
    name: "language-host",
    after: "engine",
    ldflags: "-s -w",
    programs: {
      "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    seconds: 7,
  },
];

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
  return cachedFolder(cache, set.name, await toolKey(tools, set), async (aside) => {
    const { module, kept } = await sourcesOf(aside, moduleOf(tools, set), set, signal);
    const flags = [...tagged(set.tags), kept];
    const sources = Object.values(set.programs);
    const total = await countPackages(module, [...flags, ...sources], say, signal);
    let compiled = 0;
    const output = join(aside, "programs/");
    await goBuild({ cwd: module, output, sources, ldflags: set.ldflags, flags, signal }, () => {
      compiled += 1;
      say(`compiled ${compiled} of ${total} packages`, Math.min(0.95, compiled / total));
    });
    for (const [program, source] of Object.entries(set.programs))
      await rename(join(output, builtName(source, set.name)), join(aside, program));
    for (const folder of ["programs", "sources"])
      await rm(join(aside, folder), { recursive: true, force: true });
  });
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
async function sourcesOf(
  aside: string,
  module: string,
  { replacements }: ToolSet,
  signal: AbortSignal,
): Promise<{ readonly module: string; readonly kept: "-mod=readonly" | "-mod=vendor" }> {
  if (replacements === undefined) return { module, kept: "-mod=readonly" };
  const copy = join(aside, "sources");
  await mkdir(copy);
  for (const file of ["go.mod", "go.sum"]) await cp(join(module, file), join(copy, file));
  await run("go", ["mod", "vendor"], { cwd: copy, env: goEnvironment, signal });
  const packages = new Set(
    (await goFiles(join(module, replacements))).map((file) => dirname(file)),
  );
  for (const each of packages) {
    const place = join(copy, "vendor", each);
    for (const { name } of (await readdir(place, { withFileTypes: true })).filter(isGoFile))
      await rm(join(place, name));
    await cp(join(module, replacements, each), place, { recursive: true });
  }
  return { module: copy, kept: "-mod=vendor" };
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

/** Packages that are a third of the work and seldom the hot part: their functions are not put into each other, which saves a fifth of the compiler's time. */
const NOT_INLINED = ["k8s.io/kubernetes/...", "k8s.io/client-go/...", "k8s.io/api/..."];

// What a debugger would read is left out where it would be made, not only where it would be linked.
const LEAN = [
  "-trimpath",
  "-gcflags=all=-dwarf=false",
  ...NOT_INLINED.map((packages) => `-gcflags=${packages}=-dwarf=false -l`),
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
