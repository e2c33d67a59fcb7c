import { lstat, mkdir, readFile, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { exists } from "./cache";
import { writeLanguageHost } from "./engine/language-host";
import {
  pulumiCli,
  type CliOptions,
  type PulumiRun,
  type RunningPulumi,
} from "./engine/pulumi-cli";
import {
  editVersion,
  mergeStackFile,
  relocateStackFile,
  type Overrides,
} from "./engine/stack-file";
import type { Lab } from "./lab";

/** What a stack of a test project says. */
export interface StackOptions {
  /** Merged over the committed configuration of that stack; null takes a key away. */
  readonly config: Overrides;
  /** By configuration path, e.g. `gateways:smoltbotSecrets.SUPABASE_KEY`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Where a project goes and which stacks it has. */
export interface ProjectOptions {
  /** Made if missing; stack files in it are written anew. */
  readonly directory: string;
  readonly stacks: Readonly<Record<string, StackOptions>>;
  /** URL of the backend. @defaultValue that of the lab */
  readonly stateUrl?: string;
  /** Folder of the program. @defaultValue this checkout */
  readonly checkout?: string;
}

/** How to run an operation. */
export interface OperationOptions {
  /** Further flags for the CLI. @defaultValue none */
  readonly args?: readonly string[];
  /** Variables on top of those of the lab. @defaultValue none */
  readonly env?: Readonly<Record<string, string>>;
  /** Is given every line of the output as it comes. @defaultValue nobody */
  readonly tell?: (line: string) => void;
}

/** A copy of the program whose stacks point at the lab, driven by the real CLI. */
export interface Project {
  readonly directory: string;
  readonly stackFile: (stack: string) => string;
  /** Changes the one line of the stack file that an upgrade of a product is, and gives it as a diff. @param product - defaults to smoltbot */
  readonly setVersion: (stack: string, version: string, product?: string) => Promise<string>;
  /** Merges more into the configuration of a stack; secrets in it stay. */
  readonly configure: (stack: string, config: Overrides) => Promise<void>;
  /** Encrypts one value into the stack file, at a path such as `gateways:smoltbotSecrets.SUPABASE_KEY`. */
  readonly setSecret: (stack: string, path: string, value: string) => Promise<void>;
  /** Many at once, by their configuration paths. */
  readonly setSecrets: (stack: string, secrets: StackOptions["secrets"]) => Promise<void>;
  readonly preview: (stack: string, options?: OperationOptions) => Promise<PulumiRun>;
  /** Updates without the preview before it (a preview of its own shows the same). */
  readonly up: (stack: string, options?: OperationOptions) => Promise<PulumiRun>;
  /** An `up` under way, to be interrupted or killed. */
  readonly startUp: (stack: string, options?: OperationOptions) => Promise<RunningPulumi>;
  readonly refresh: (stack: string, options?: OperationOptions) => Promise<PulumiRun>;
  /** Stack outputs; secret ones as the CLI masks them. */
  readonly outputs: (stack: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Gives up the lock of a run that died. */
  readonly cancel: (stack: string) => Promise<PulumiRun>;
  /** Deletes everything, protected resources too. */
  readonly destroy: (stack: string, options?: OperationOptions) => Promise<PulumiRun>;
  /** Any command of the CLI, under way. */
  readonly start: (args: readonly string[], options?: CliOptions) => Promise<RunningPulumi>;
  /** Any other command of the CLI. */
  readonly pulumi: (args: readonly string[], options?: CliOptions) => Promise<PulumiRun>;
}

// What the program needs around it; stack files are copies, all else is the checkout's own.
const LINKED = [
  "Pulumi.yaml",
  "index.ts",
  "components",
  "charts",
  "package.json",
  "node_modules",
  "tsconfig.json",
];

/** The project of a folder that {@link makeProject} has filled. */
export function openProject(
  lab: Lab,
  { directory, stateUrl }: Pick<ProjectOptions, "directory" | "stateUrl">,
): Project {
  const backend = stateUrl ?? lab.env["PULUMI_BACKEND_URL"] ?? "";
  const path = `${join(directory, ".bin")}:${lab.env["PATH"] ?? ""}`;
  return describe({ ...lab.env, PATH: path, PULUMI_BACKEND_URL: backend }, directory);
}

/** Makes a project run the program of a checkout; its stacks stay. */
export async function linkProgram(lab: Lab, checkout: string, directory: string): Promise<void> {
  for (const name of LINKED) await link(join(checkout, name), join(directory, name));
  await writeLanguageHost(
    join(directory, ".bin"),
    lab.env["PATH"] ?? "",
    await readFile(join(checkout, "Pulumi.yaml"), "utf8"),
  );
}

/** Leaves a folder that is the program with stacks of its own, each initialised with its secrets. */
export async function makeProject(lab: Lab, options: ProjectOptions): Promise<Project> {
  const { directory, stacks, checkout = dirname(dirname(import.meta.dirname)) } = options;
  await mkdir(directory, { recursive: true });
  await linkProgram(lab, checkout, directory);
  const backend = options.stateUrl ?? lab.env["PULUMI_BACKEND_URL"] ?? "";
  if (backend.startsWith("file://"))
    await mkdir(backend.slice("file://".length), { recursive: true });
  const project = openProject(lab, options);
  for (const [stack, wanted] of Object.entries(stacks)) {
    const committed = await readFile(join(checkout, `Pulumi.${stack}.yaml`), "utf8").catch(
      () => "",
    );
    await writeFile(project.stackFile(stack), relocateStackFile(committed, wanted.config));
    must(await project.pulumi(["stack", "select", "--create", stack]));
    await project.setSecrets(stack, wanted.secrets);
  }
  return project;
}

function describe(env: Readonly<Record<string, string>>, directory: string): Project {
  const cli = pulumiCli(env, directory);
  const stackFile = (stack: string) => join(directory, `Pulumi.${stack}.yaml`);
  const operation =
    (...command: readonly string[]) =>
    (stack: string, { args = [], env: more = {}, tell }: OperationOptions = {}) =>
      cli.run([...command, "--stack", stack, ...args], { events: true, env: more, tell });
  const setSecrets: Project["setSecrets"] = async (stack, secrets) => {
    const pairs = Object.entries(secrets).flatMap(([path, value]) => [
      "--secret",
      `${path}=${value}`,
    ]);
    if (pairs.length === 0) return;
    must(await cli.run(["config", "set-all", "--path", ...pairs, "--stack", stack]));
  };
  const up = ["up", "--yes", "--skip-preview"];
  return {
    directory,
    stackFile,
    setVersion: async (stack, version, product) => {
      const edit = editVersion(await readFile(stackFile(stack), "utf8"), version, product);
      await writeFile(stackFile(stack), edit.text);
      return edit.diff;
    },
    configure: async (stack, config) => {
      const text = await readFile(stackFile(stack), "utf8");
      await writeFile(stackFile(stack), mergeStackFile(text, config));
    },
    // Not as words of their own: a value that begins with a dash is no flag.
    setSecret: (stack, path, value) => setSecrets(stack, { [path]: value }),
    setSecrets,
    preview: operation("preview"),
    up: operation(...up),
    startUp: (stack, { args = [], env: more = {}, tell } = {}) =>
      cli.start([...up, "--stack", stack, ...args], { events: true, env: more, tell }),
    refresh: operation("refresh", "--yes", "--skip-preview"),
    outputs: async (stack) => {
      const run = must(await cli.run(["stack", "output", "--json", "--stack", stack]));
      return JSON.parse(run.stdout) as Readonly<Record<string, unknown>>;
    },
    cancel: (stack) => cli.run(["cancel", "--yes", stack]),
    destroy: async (stack, destroyOptions) => {
      await cli.run(["state", "unprotect", "--all", "--yes", "--stack", stack]);
      return operation("destroy", "--yes", "--skip-preview")(stack, destroyOptions);
    },
    start: cli.start,
    pulumi: (args, cliOptions) => cli.run(args, cliOptions),
  };
}

// Only a link of an earlier run may be in the way: a real folder is somebody's own.
async function link(target: string, path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSymbolicLink() === true) await unlink(path);
  if (await exists(target)) await symlink(target, path);
}

function must(run: PulumiRun): PulumiRun {
  if (run.exitCode === 0) return run;
  throw new Error(`pulumi failed (exit ${String(run.exitCode)}):\n${run.all}`);
}
