import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiCli, type PulumiRun, type RunningPulumi } from "../engine/pulumi-cli";
import type { Lab } from "../lab";
import { run } from "../run";

/** Options of one object in the program; those of the SDK, with names instead of resources. */
export interface ObjectOptions {
  readonly dependsOn?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly customTimeouts?: Readonly<Record<"create" | "update" | "delete", string>>;
  readonly import?: string;
  readonly deleteBeforeReplace?: boolean;
}

/**
 * What a program declares. In inputs, `{"$secret": x}` is a secret and `{"$output": "name.key"}` is
 * an output of another object (unknown in a preview that cannot tell it).
 */
export interface ProgramSpec {
  /** Inputs of the provider, besides the kubeconfig. @defaultValue none */
  readonly provider?: Readonly<Record<string, unknown>>;
  /** By resource name: an object with `apiVersion`, `kind` and the rest of its inputs. */
  readonly objects: Readonly<Record<string, object>>;
  /** By resource name. @defaultValue none */
  readonly options?: Readonly<Record<string, ObjectOptions>>;
}

/** One stack of one small program, run by the real CLI. */
export interface Trial {
  /** Declares what the next run wants. */
  readonly declare: (spec: ProgramSpec) => Promise<void>;
  readonly preview: (...args: readonly string[]) => Promise<PulumiRun>;
  /** Updates without the preview before it. */
  readonly up: (...args: readonly string[]) => Promise<PulumiRun>;
  readonly startUp: () => Promise<RunningPulumi>;
  readonly refresh: () => Promise<PulumiRun>;
  readonly destroy: () => Promise<PulumiRun>;
  /** The stack's state as the CLI exports it: secrets are encrypted. */
  readonly state: () => Promise<string>;
}

/** A namespace of its own and the stacks that work in it. */
export interface TrialGround {
  readonly namespace: string;
  /** A new stack; nothing is declared yet. */
  readonly stack: () => Promise<Trial>;
  /** What kubectl prints; a failure throws. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  /** Applies one object the way a person does, with `kubectl apply`. */
  readonly apply: (object: object, ...args: readonly string[]) => Promise<string>;
  /** One value of a live object in the namespace, by a JSONPath such as `{.data.a}`. */
  readonly live: (kind: string, name: string, path: string) => Promise<string>;
  /** Removes the folder and every namespace whose name begins with {@link namespace}. */
  readonly close: () => Promise<void>;
}

const program = `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const kubernetes = require("@pulumi/kubernetes");
const { provider: settings = {}, objects, options = {} } = JSON.parse(readFileSync("spec.json", "utf8"));
const provider = new kubernetes.Provider("lab", { kubeconfig: process.env.KUBECONFIG, ...settings });
const made = {};
const fill = (value) => {
  if (Array.isArray(value)) return value.map(fill);
  if (typeof value !== "object" || value === null) return value;
  if ("$secret" in value) return pulumi.secret(fill(value.$secret));
  if ("$output" in value) {
    const [name, ...path] = value.$output.split(".");
    return pulumi.output(made[name][path[0]]).apply((v) => path.slice(1).reduce((at, key) => at[key], v));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
};
for (const [name, object] of Object.entries(objects)) {
  const { dependsOn = [], ...others } = options[name] ?? {};
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["core", object.apiVersion];
  const token = object.$type ?? \`kubernetes:\${group}/\${version}:\${object.kind}\`;
  const { $type, ...inputs } = object;
  made[name] = new pulumi.CustomResource(token, name, { ...fill(inputs), status: undefined }, {
    provider, dependsOn: dependsOn.map((other) => made[other]), ...others,
  });
}
`;

/** Makes a namespace and a project folder for trials on the lab's cluster. */
export async function openGround(lab: Lab): Promise<TrialGround> {
  const directory = await mkdtemp(join(tmpdir(), "kubernetes-trial-"));
  const namespace = `trial-${randomBytes(3).toString("hex")}`;
  const env = { ...lab.env, PULUMI_BACKEND_URL: `file://${join(directory, "state")}` };
  await mkdir(join(directory, "state"));
  const kubectl: TrialGround["kubectl"] = async (...args) =>
    (await run("kubectl", args, { env })).stdout;
  await kubectl("create", "namespace", namespace);
  let opened = 0;
  return {
    namespace,
    kubectl,
    apply: async (object, ...args) => {
      const input = JSON.stringify(object);
      const wanted = ["apply", "-n", namespace, "-f", "-", ...args];
      return (await run("kubectl", wanted, { env, input })).stdout;
    },
    stack: async () => {
      opened += 1;
      return await openStack(env, join(directory, `stack-${opened}`), opened);
    },
    live: (kind, name, path) =>
      kubectl("get", kind, name, "-n", namespace, "-o", `jsonpath=${path}`),
    close: async () => {
      const all = (await kubectl("get", "namespaces", "-o", "name")).split("\n");
      const own = all.filter((name) => name.startsWith(`namespace/${namespace}`));
      await kubectl("delete", "--wait=false", ...own);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function openStack(
  env: Readonly<Record<string, string>>,
  directory: string,
  number: number,
): Promise<Trial> {
  await mkdir(directory);
  await symlink(join(process.cwd(), "node_modules"), join(directory, "node_modules"));
  const project = {
    name: "kubernetes-trial",
    runtime: { name: "nodejs", options: { typescript: false } },
  };
  await writeFile(join(directory, "Pulumi.yaml"), JSON.stringify(project));
  await writeFile(join(directory, "package.json"), '{"main":"index.js"}');
  await writeFile(join(directory, "index.js"), program);
  const cli = pulumiCli(env, directory);
  const stack = `trial-${number}`;
  const made = await cli.run(["stack", "init", stack]);
  if (made.exitCode !== 0) throw new Error(made.all);
  const operation =
    (...command: readonly string[]) =>
    (...args: readonly string[]) =>
      cli.run([...command, "--stack", stack, ...args], { events: true });
  return {
    declare: (spec) => writeFile(join(directory, "spec.json"), JSON.stringify(spec)),
    preview: operation("preview"),
    up: operation("up", "--yes", "--skip-preview"),
    startUp: () => cli.start(["up", "--yes", "--skip-preview", "--stack", stack], { events: true }),
    refresh: operation("refresh", "--yes", "--skip-preview"),
    destroy: operation("destroy", "--yes", "--skip-preview"),
    state: async () => (await cli.run(["stack", "export", "--stack", stack])).stdout,
  };
}
