import { execFile, type ExecFileException } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { parseManifests } from "./manifests";
import type { KubernetesObject } from "../objects/object";

/** Where a chart comes from: a local folder or tgz, a Helm repository, or an OCI registry. */
export type ChartSource =
  | { readonly path: string; readonly sha256?: string | undefined }
  | { readonly repo: string; readonly name: string; readonly version: string }
  | { readonly oci: string; readonly version: string };

export interface RenderArgs {
  readonly chart: ChartSource;
  readonly release: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An object that the chart wants Helm to run at some moment; we never apply one. */
export interface HookObject {
  readonly kind: string;
  readonly name: string;
  /** `pre-install`, `pre-upgrade`, `test`, ... */
  readonly hooks: readonly string[];
}

/** What a chart comes to with the values of a stack. */
export interface Rendering {
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  /** The chart's own values.yaml (S-22). */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Objects to apply, namespace filled in. */
  readonly objects: readonly KubernetesObject[];
  readonly hooks: readonly HookObject[];
  /** The same as the chart rendered them: a plain text of the values may be among it. */
  readonly hookObjects: readonly KubernetesObject[];
}

const HOOK = "helm.sh/hook";

/**
 * Renders a chart with the operator's own Helm. Nothing live goes in, so that the same stack file always gives the same objects.
 *
 * @param about - may remember what it has read of a chart that several gateways share
 * @throws Error with Helm's own words where the chart cannot be had or rendered, or is not the pinned one
 */
export async function renderChart(
  args: RenderArgs,
  about: AboutChart = aboutChart,
): Promise<Rendering> {
  const location = await locate(args.chart);
  const [manifests, chart] = await Promise.all([
    helm(
      [
        "template",
        args.release,
        ...location,
        "--namespace",
        args.namespace,
        "--include-crds",
        "--values",
        "-",
      ],
      args.values,
    ),
    about(location),
  ]);
  const all = parseManifests(manifests);
  const hookObjects = all.filter((object) => hooksOf(object).length > 0);
  return {
    ...chart,
    objects: all.filter((object) => hooksOf(object).length === 0).map(inNamespace(args.namespace)),
    hooks: hookObjects.map((object) => ({
      kind: object.kind,
      name: object.metadata.name,
      hooks: hooksOf(object),
    })),
    hookObjects,
  };
}

/** What lies at a path that is no file. */
const FOUND: Readonly<Record<string, string>> = { ENOENT: "nothing", EISDIR: "a folder" };

/** Helm's words for the chart; a local one must be absolute, or Helm takes it for a repository. */
export async function locate(chart: ChartSource): Promise<string[]> {
  if ("repo" in chart) return [chart.name, "--repo", chart.repo, "--version", chart.version];
  if ("oci" in chart) return [chart.oci, "--version", chart.version];
  const path = resolve(chart.path);
  if (chart.sha256 !== undefined) {
    const content = await readFile(path).catch((error: unknown) => {
      const { code = "" } = error as NodeJS.ErrnoException;
      throw new Error(
        `chart.path: found ${FOUND[code] ?? `what cannot be read (${code})`}: ${path}; expected a .tgz, as chart.sha256 is set. Fix: correct the path, which starts at the program's folder`,
      );
    });
    const found = createHash("sha256").update(content).digest("hex");
    if (found !== chart.sha256) {
      throw new Error(
        `${chart.path} has the SHA-256 ${found}, and chart.sha256 says ${chart.sha256}. Fix: take the file that was meant, or write its SHA-256`,
      );
    }
  }
  return [path];
}

/** Longest run of Helm, in seconds. It may download an index and a chart over a slow line, and waits up to 120 s for each by itself. */
const LONGEST = 300;

/**
 * Runs Helm by Node's own means: loading a library for it would take longer than Helm itself, in every preview. Helm waits for an OCI
 * registry that says nothing without an end.
 *
 * Source: `helm/helm@v3.20.2:pkg/registry/client.go` (no limit), `pkg/getter/getter.go` (DefaultHTTPTimeout).
 */
export async function helm(
  words: readonly string[],
  values: unknown,
  withinSeconds = LONGEST,
): Promise<string> {
  const options = { maxBuffer: Infinity, timeout: withinSeconds * 1000 };
  const running = promisify(execFile)("helm", words, options);
  // Helm may end without reading its input; how it ended says more than that.
  running.child.stdin?.on("error", () => undefined).end(JSON.stringify(values));
  try {
    return (await running).stdout;
  } catch (error) {
    const { code, killed, stderr, message } = error as ExecFileException;
    if (code === "ENOENT")
      throw new Error("the program helm was not found on the PATH; install Helm 3.12 or newer");
    if (killed === true)
      throw new Error(
        `helm ${words[0] ?? ""} has not ended within ${withinSeconds} s; see that the repository or registry of the chart answers`,
      );
    throw new Error(`helm ${words[0] ?? ""}: ${(stderr ?? "").trim() || message}`);
  }
}

/** What a chart says about itself, however it is rendered. */
type About = Pick<Rendering, "chart" | "defaults">;

/** Reads what a chart says about itself, by Helm's words for its place. */
export type AboutChart = (location: readonly string[]) => Promise<About>;

/** The first two documents of `helm show all` are Chart.yaml and values.yaml; a README follows. */
export const aboutChart: AboutChart = async (location) => {
  const [chart, defaults] = (await helm(["show", "all", ...location], {}))
    .split(/^---$/m, 2)
    .map((document) => (parse(document) ?? {}) as Record<string, unknown>);
  return {
    chart: {
      name: String(chart?.["name"]),
      version: String(chart?.["version"]),
      appVersion: String(chart?.["appVersion"]),
    },
    defaults: defaults ?? {},
  };
};

function hooksOf(object: KubernetesObject): string[] {
  const text = object.metadata.annotations?.[HOOK] ?? "";
  return text
    .split(",")
    .map((hook) => hook.trim())
    .filter((hook) => hook !== "");
}

/** Kinds of a rendered chart that have no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "Namespace",
  "PriorityClass",
  "StorageClass",
]);

const inNamespace =
  (namespace: string) =>
  (object: KubernetesObject): KubernetesObject =>
    CLUSTER_SCOPED.has(object.kind)
      ? object
      : { ...object, metadata: { namespace, ...object.metadata } };
