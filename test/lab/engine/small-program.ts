import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Lab } from "../lab";

import { writeLanguageHost } from "./language-host";
import { pulumiCli, type PulumiRun, type RunningPulumi } from "./pulumi-cli";

/** A program of a few lines in a folder and a state of its own, run by the real CLI. */
export interface SmallProgram {
  readonly directory: string;
  /** Makes this the program: JavaScript, in which `pulumi`, `command`, `docker` and `kubernetes` are there. */
  readonly write: (source: string) => Promise<void>;
  readonly preview: (...args: readonly string[]) => Promise<PulumiRun>;
  readonly up: (...args: readonly string[]) => Promise<PulumiRun>;
  readonly startUp: (...args: readonly string[]) => Promise<RunningPulumi>;
  readonly refresh: (...args: readonly string[]) => Promise<PulumiRun>;
  readonly cancel: () => Promise<PulumiRun>;
  /** Outputs of the stack; secret ones masked. */
  readonly outputs: () => Promise<Readonly<Record<string, unknown>>>;
  /** The state as the backend keeps it, secrets encrypted. */
  readonly state: () => Promise<string>;
  /** Deletes what the program made, and the folder. */
  readonly remove: () => Promise<void>;
}

const STACK = "test";
const PROJECT = `name: small
runtime: { name: nodejs, options: { typescript: false } }
main: index.cjs
`;
const HEAD = `const pulumi = require("@pulumi/pulumi");
const command = require("@pulumi/command");
const docker = require("@pulumi/docker");
const kubernetes = require("@pulumi/kubernetes");
`;

/** Makes a folder for a small program and initialises its one stack. */
export async function smallProgram(lab: Pick<Lab, "env">): Promise<SmallProgram> {
  const checkout = dirname(dirname(dirname(import.meta.dirname)));
  const directory = await mkdtemp(join(tmpdir(), "small-program-"));
  const path = lab.env["PATH"] ?? "";
  const bin = join(directory, ".bin");
  await writeLanguageHost(bin, path, PROJECT);
  await writeFile(join(directory, "Pulumi.yaml"), PROJECT);
  await writeFile(join(directory, "package.json"), "{}");
  await symlink(join(checkout, "node_modules"), join(directory, "node_modules"));
  const env = {
    ...lab.env,
    PATH: `${bin}:${path}`,
    PULUMI_BACKEND_URL: `file://${directory}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
  };
  const cli = pulumiCli(env, directory);
  const events = { events: true };
  const up = ["up", "--yes", "--skip-preview", "--stack", STACK];
  await cli.run(["stack", "init", STACK]);
  return {
    directory,
    write: (source) => writeFile(join(directory, "index.cjs"), HEAD + source),
    preview: (...args) => cli.run(["preview", "--stack", STACK, ...args], events),
    up: (...args) => cli.run([...up, ...args], events),
    startUp: (...args) => cli.start([...up, ...args], events),
    refresh: (...args) =>
      cli.run(["refresh", "--yes", "--skip-preview", "--stack", STACK, ...args], events),
    cancel: () => cli.run(["cancel", "--yes", STACK]),
    outputs: async () => {
      const { stdout } = await cli.run(["stack", "output", "--json", "--stack", STACK]);
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    },
    state: () => readFile(join(directory, `.pulumi/stacks/small/${STACK}.json`), "utf8"),
    remove: async () => {
      await cli.run(["cancel", "--yes", STACK]);
      await cli.run(["destroy", "--yes", "--skip-preview", "--stack", STACK]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
