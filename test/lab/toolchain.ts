import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run";
import { cachedFolder, exists, keyOf } from "./cache";
import type { Say } from "./parts";

/** A set of programs compiled from one Go module file of ours. */
export interface ToolSet {
  /** Folder below `test/lab/tools`. */
  readonly name: string;
  readonly ldflags: string;
  /** Build tags. @defaultValue none */
  readonly tags?: readonly string[];
  /** Package by the name of the program that comes out of it. */
  readonly programs: Readonly<Record<string, string>>;
  /** Cold build, alone on 2 cores. Unit: seconds. */
  readonly seconds: number;
}

const kubernetesVersion = "k8s.io/component-base/version";
const kubernetesPrograms = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
];

/** Everything that the lab compiles, slowest first. */
export const toolSets: readonly ToolSet[] = [
  {
    name: "kubernetes",
    ldflags: `-s -w -X ${kubernetesVersion}.gitVersion=v1.34.4 -X ${kubernetesVersion}.gitMajor=1 -X ${kubernetesVersion}.gitMinor=34`,
    programs: Object.fromEntries(
      kubernetesPrograms.map((program) => [program, `k8s.io/kubernetes/cmd/${program}`]),
    ),
    seconds: 330,
  },
  {
    name: "pulumi",
    ldflags: "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.245.0",
    programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    seconds: 200,
  },
  {
    name: "prometheus",
    ldflags: "-s -w",
    // Of two dozen ways to find targets the lab needs one; the others would double the work.
    tags: ["remove_all_sd", "enable_kubernetes_sd"],
    programs: { prometheus: "github.com/prometheus/prometheus/cmd/prometheus" },
    seconds: 110,
  },
  {
    name: "versitygw",
    ldflags: "-s -w",
    programs: { versitygw: "github.com/versity/versitygw/cmd/versitygw" },
    seconds: 90,
  },
  {
    name: "helm",
    ldflags: "-s -w -X helm.sh/helm/v3/internal/version.version=v3.20.2",
    programs: { helm: "helm.sh/helm/v3/cmd/helm" },
    seconds: 80,
  },
  {
    name: "etcd",
    ldflags: "-s -w",
    programs: { etcd: "go.etcd.io/etcd/server/v3" },
    seconds: 60,
  },
  {
    name: "coredns",
    ldflags: "-s -w",
    programs: { coredns: "." },
    seconds: 45,
  },
  {
    name: "language-host",
    ldflags: "-s -w",
    programs: {
      "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    },
    seconds: 30,
  },
];

/** Where a tool set's programs lie once they are built. */
export async function toolFolder(cache: string, tools: string, set: ToolSet): Promise<string> {
  return join(cache, `${set.name}-${await toolKey(tools, set)}`);
}

async function toolKey(tools: string, set: ToolSet): Promise<string> {
  const folder = join(tools, set.name);
  const sources = (await readdir(folder)).filter((file) => file.endsWith(".go")).sort();
  const files = ["go.mod", "go.sum", ...sources].map((file) => readFile(join(folder, file)));
  return keyOf([
    ...(await Promise.all(files)),
    JSON.stringify([set.ldflags, set.programs, process.arch, ...(set.tags ?? [])]),
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
    const cwd = join(tools, set.name);
    const { tags } = set;
    const total = await countPackages(
      cwd,
      [...tagged(tags), ...Object.values(set.programs)],
      say,
      signal,
    );
    let compiled = 0;
    const names = Object.keys(set.programs);
    // Several programs at once share what they have in common and are linked side by side, each named as its package.
    const output = names.length === 1 ? join(aside, names[0]!) : `${aside}/`;
    const sources = Object.values(set.programs);
    await goBuild({ cwd, output, sources, ldflags: set.ldflags, tags, signal }, () => {
      compiled += 1;
      say(`compiled ${compiled} of ${total} packages`, Math.min(0.95, compiled / total));
    });
    await Promise.all(names.map((name) => access(join(aside, name))));
  });
}

const tagged = (tags: readonly string[] = []): readonly string[] =>
  tags.length === 0 ? [] : ["-tags", tags.join(",")];

/** The compiler collects its garbage less often than it would: there is memory for it, and two cores are few. */
const goEnvironment = {
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly",
  GOGC: "400",
  GOWORK: "off",
} as const;

async function countPackages(
  cwd: string,
  args: readonly string[],
  say: Say,
  signal: AbortSignal,
): Promise<number> {
  let downloads = 0;
  const { stdout } = await run("go", ["list", "-deps", ...args], {
    cwd,
    env: goEnvironment,
    signal,
    onStderrLine: (line) => {
      if (!line.startsWith("go: downloading")) return;
      downloads += 1;
      say(`downloads sources, ${downloads} modules so far`);
    },
  });
  return stdout.split("\n").length;
}

/** Compiles static programs; `compiled` is called once for each package that had to be compiled. */
export async function goBuild(
  build: {
    readonly cwd: string;
    readonly output: string;
    readonly sources: readonly string[];
    readonly ldflags: string;
    readonly tags?: readonly string[] | undefined;
    readonly signal: AbortSignal;
  },
  compiled: () => void = () => undefined,
): Promise<void> {
  // What a debugger would read is left out where it would be made, not only where it would be linked.
  const lean = ["-gcflags=all=-dwarf=false", "-buildvcs=false"];
  const flags = ["-trimpath", "-v", ...lean, "-ldflags", build.ldflags, "-o", build.output];
  await run("go", ["build", ...tagged(build.tags), ...flags, ...build.sources], {
    cwd: build.cwd,
    env: goEnvironment,
    signal: build.signal,
    onStderrLine: compiled,
  });
}
