import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const HERE = import.meta.dirname;
const PROGRAM = join(HERE, "../../../components/hosts/program/agent.sh");
/** Its unit. */
export const UNIT = "bamf-agent";

/** Programs of the host whose calls are counted: all that change something, and those that look at the unit. */
const COUNTED = ["cat", "chmod", "chown", "cp", "flock", "ln", "mkdir", "mv", "rm", "sync"];

/** Binaries of an agent, by what becomes of them. */
export interface Binaries {
  readonly old: Buffer;
  readonly good: Buffer;
  /** Ends at once. */
  readonly bad: Buffer;
}

/** When the program is killed: `3:before` its third call of another program. */
export type KillAt = `${number}:${"before" | "after"}`;

export interface Ran {
  readonly killed: boolean;
  /** How many programs it has called. */
  readonly calls: number;
  /** What it has printed: `outcome=swapped`. */
  readonly said: ReadonlyMap<string, string>;
}

/** A host of one unit below a folder of its own, with a stand-in for systemd and real processes. */
export interface StagedHost {
  readonly binaries: Binaries;
  /** Path of the binary that the unit starts. */
  readonly binary: string;
  readonly folder: string;
  /** What its programs are told by their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Stages a binary and asks for it, without a swap. @param ready - address that answers once its agent is ready; `-` for none */
  readonly want: (binary: Buffer, release?: string, ready?: string) => Promise<void>;
  readonly swap: (killAt?: KillAt) => Promise<Ran>;
  /** Sum of what the running process executes; undefined if none runs. */
  readonly running: () => Promise<string | undefined>;
  /** Sets what systemd says of the unit. */
  readonly set: (name: "enabled" | "environment" | "exec", value: string) => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

interface RunOptions {
  readonly input?: Buffer;
  readonly killAt?: KillAt | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export const sumOf = (content: Buffer): string =>
  createHash("sha256").update(content).digest("hex");

/** Programs that run, or end, and are told apart by what is behind their end. */
async function binariesFor(): Promise<Binaries> {
  const [sleep, no] = await Promise.all([readFile("/bin/sleep"), readFile("/bin/false")]);
  const marked = (program: Buffer, mark: string) => Buffer.concat([program, Buffer.from(mark)]);
  return { old: marked(sleep, "0.10.0"), good: marked(sleep, "0.11.0"), bad: marked(no, "0.11.1") };
}

/** Makes a host whose agent runs the old binary. */
export async function stagedHost(): Promise<StagedHost> {
  const folder = await mkdtemp(join(tmpdir(), "host-"));
  const binaries = await binariesFor();
  const at = (...path: readonly string[]) => join(folder, ...path);
  for (const name of ["usr/bin", "unit", "path", "state", "data"])
    await mkdir(at(name), { recursive: true });
  const binary = at("usr/bin/bamf-agent");
  await writeFile(binary, binaries.old, { mode: 0o755 });
  const unit = {
    exec: `${binary} 1000`,
    enabled: "enabled",
    environment: "",
    state: "inactive",
    main: "0",
    restarts: "0",
    supervisor: "0",
  };
  for (const [name, value] of Object.entries(unit)) await writeFile(at("unit", name), `${value}\n`);
  await copyFile(join(HERE, "systemctl.sh"), at("path/systemctl"));
  await copyFile(join(HERE, "counted.sh"), at("path/counted"));
  for (const name of COUNTED) await symlink("counted", at("path", name));
  for (const name of ["systemctl", "counted"]) await chmod(at("path", name), 0o755);
  const env = environment(at);
  const run = (words: readonly string[], options: RunOptions = {}) =>
    runProgram(env, words, options);
  const control = async (word: string) => {
    await end(
      spawn(at("path/systemctl"), [word], {
        env: { ...env, PATH: env.REAL_PATH },
        stdio: "ignore",
      }),
    );
  };
  await control("restart");
  return {
    binaries,
    binary,
    folder,
    env,
    run,
    want: async (content, release = "0.11.0", ready = "-") => {
      const sum = sumOf(content);
      await run(["stage", UNIT, sum], { input: content });
      await mkdir(at("state", UNIT), { recursive: true });
      await writeFile(at("state", UNIT, "wanted"), `${sum} ${release} ${ready} 3\n`);
    },
    swap: (killAt) => run(["swap", UNIT], { killAt }),
    running: async () => {
      const pid = (await readFile(at("unit/main"), "utf8")).trim();
      return readFile(`/proc/${pid}/exe`).then(sumOf, () => undefined);
    },
    set: (name, value) => writeFile(at("unit", name), `${value}\n`),
    restart: () => control("restart"),
    stop: () => control("stop"),
    remove: async () => {
      await control("stop");
      await endProcessesOf(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function environment(at: (...path: readonly string[]) => string) {
  const { PATH = "" } = process.env;
  return {
    PATH: `${at("path")}:${PATH}`,
    REAL_PATH: PATH,
    COUNT: at("count"),
    PROGRAM_GROUP: at("group"),
    UNIT_STATE: at("unit"),
    GATEWAYS_STATE: at("state"),
    GATEWAYS_LOOKS: "2",
    GATEWAYS_PAUSE: "0.1",
    // Nobody listens there.
    GATEWAYS_METRICS: "http://127.0.0.1:9/metrics",
  };
}

async function runProgram(
  env: ReturnType<typeof environment>,
  words: readonly string[],
  { input, killAt, env: more = {} }: RunOptions,
): Promise<Ran> {
  await writeFile(env.COUNT, "0\n");
  // It notes its own group first: a program that it calls may have to kill it.
  const child = spawn(
    "sh",
    ["-c", 'echo $$ >"$PROGRAM_GROUP" && exec sh "$0" "$@"', PROGRAM, ...words],
    {
      // A group of its own, so that what it has called is killed with it.
      detached: true,
      env: { ...env, ...more, ...(killAt === undefined ? {} : { KILL_AT: killAt }) },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  child.stdin.on("error", () => undefined).end(input);
  const signal = await end(child);
  // A call that was in the middle of something may still end.
  if (signal === "SIGKILL") await pause(50);
  const lines = text.split("\n").filter((line) => line.includes("="));
  return {
    killed: signal === "SIGKILL",
    calls: Number(await readFile(env.COUNT, "utf8")),
    said: new Map(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
  };
}

const end = (child: ReturnType<typeof spawn>): Promise<NodeJS.Signals | null> =>
  new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (_code, signal) => {
      resolve(signal);
    });
  });

/** Ends what a killed restart has started and not noted: each of its processes names the folder, which no other host has. */
async function endProcessesOf(folder: string): Promise<void> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (words.includes(`${folder}/`)) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }
}

/** What the program says has become of a swap: `swapped`. */
export const outcome = (said: Ran["said"]): string | undefined => said.get("outcome");
