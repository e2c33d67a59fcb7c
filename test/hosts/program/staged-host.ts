import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hostProgram } from "../../../components/hosts/api/agent-program";
import { end, runProgram, type KillAt, type Ran, type RunOptions } from "./run-program";

const HERE = import.meta.dirname;
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

/** A host of one unit below a folder of its own, with a stand-in for systemd and real processes. */
export interface StagedHost {
  readonly binaries: Binaries;
  /** Path of the binary that the unit starts. */
  readonly binary: string;
  readonly folder: string;
  /** What its programs are told by their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<Ran>;
  /**
   * Stages a binary and asks for it, without a swap.
   *
   * @param ready - address that answers once its agent is ready; `-` for none
   * @param within - seconds for it to come up: few, where that is what is asked. @defaultValue 60
   */
  readonly want: (
    binary: Buffer,
    release?: string,
    ready?: string,
    within?: number,
  ) => Promise<void>;
  readonly swap: (killAt?: KillAt) => Promise<Ran>;
  /** Sum of what the running process executes; undefined if none runs. */
  readonly running: () => Promise<string | undefined>;
  /** The same of a second instance. */
  readonly beside: () => Promise<string | undefined>;
  /** Sets what systemd says of the unit. */
  readonly set: (name: "enabled" | "environment" | "exec", value: string) => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Has systemctl run these lines of shell first, with its own words as `$@`. */
  readonly beforeSystemctl: (lines: string) => Promise<void>;
  /** @param unit - @defaultValue that of the agent */
  readonly stop: (unit?: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export const sumOf = (content: Buffer): string =>
  createHash("sha256").update(content).digest("hex");

/** The same of a file. */
export const sumAt = (path: string): Promise<string> => readFile(path).then(sumOf);

/** Files beside the binary that are not whole, or not wanted any more. */
export const leftBeside = async ({ binary }: Pick<StagedHost, "binary">): Promise<string[]> =>
  (await readdir(dirname(binary))).filter((name) => /gateways-(new|part)/.test(name));

/** Sum of what a process executes whose number is in a file. */
async function executedBy(file: string): Promise<string | undefined> {
  const pid = (await readFile(file, "utf8")).trim();
  return readFile(`/proc/${pid}/exe`).then(sumOf, () => undefined);
}

/** Programs that run, or end, and are told apart by what is behind their end. */
async function binariesFor(): Promise<Binaries> {
  const [sleep, no] = await Promise.all([readFile("/bin/sleep"), readFile("/bin/false")]);
  const marked = (program: Buffer, mark: string) => Buffer.concat([program, Buffer.from(mark)]);
  return { old: marked(sleep, "0.10.0"), good: marked(sleep, "0.11.0"), bad: marked(no, "0.11.1") };
}

/** Makes a host whose agent runs the old binary. @param madeBy - number of the process with which its units end, however that ends. @defaultValue this one */
export async function stagedHost(madeBy = process.pid): Promise<StagedHost> {
  const folder = await mkdtemp(join(tmpdir(), "host-"));
  const binaries = await binariesFor();
  const at = (...path: readonly string[]) => join(folder, ...path);
  for (const name of ["usr/bin", "unit/second", "path", "state", "data", "units"])
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
    invocation: "0",
  };
  for (const [name, value] of Object.entries(unit)) {
    await writeFile(at("unit", name), `${value}\n`);
    await writeFile(at("unit/second", name), `${value}\n`);
  }
  for (const name of ["systemctl", "journalctl", "counted"]) {
    await copyFile(join(HERE, `${name}.sh`), at("path", name));
    await chmod(at("path", name), 0o755);
  }
  for (const name of COUNTED) await symlink("counted", at("path", name));
  await writeFile(at("agent.sh"), await hostProgram());
  const env = environment(at, madeBy);
  const run = (words: readonly string[], options: RunOptions = {}) =>
    runProgram(env, [at("agent.sh"), ...words], options);
  const control = async (...words: readonly string[]) => {
    await end(
      spawn(at("path/systemctl"), words, {
        env: { ...env, PATH: env.REAL_PATH },
        stdio: "ignore",
      }),
    );
  };
  const running = () => executedBy(at("unit/main"));
  await control("restart");
  // The unit is active a moment before it executes the file, which a test may change.
  while ((await running()) !== sumOf(binaries.old)) await pause(20);
  return {
    binaries,
    binary,
    folder,
    env,
    run,
    want: async (content, release = "0.11.0", ready = "-", within = 60) => {
      const sum = sumOf(content);
      await run(["stage", UNIT, sum], { input: content });
      await mkdir(at("state", UNIT), { recursive: true });
      await writeFile(at("state", UNIT, "wanted"), `${sum} ${release} ${ready} ${within}\n`);
    },
    swap: (killAt) => run(["swap", UNIT], { killAt }),
    running,
    beside: () => executedBy(at("unit/second/main")),
    set: (name, value) => writeFile(at("unit", name), `${value}\n`),
    restart: () => control("restart"),
    beforeSystemctl: async (lines) => {
      const systemctl = at("path/systemctl");
      await rename(systemctl, `${systemctl}.real`);
      const script = `#!/bin/sh\n${lines}\nexec "${systemctl}.real" "$@"\n`;
      await writeFile(systemctl, script, { mode: 0o755 });
    },
    stop: (unit = UNIT) => control("stop", unit),
    remove: async () => {
      await control("stop");
      await control("stop", `gateways-beside-${UNIT}`);
      await endProcessesOf(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function environment(at: (...path: readonly string[]) => string, madeBy: number) {
  const { PATH = "" } = process.env;
  return {
    PATH: `${at("path")}:${PATH}`,
    REAL_PATH: PATH,
    COUNT: at("count"),
    PROGRAM_GROUP: at("group"),
    UNIT_STATE: at("unit"),
    MADE_BY: String(madeBy),
    GATEWAYS_STATE: at("state"),
    GATEWAYS_UNITS: at("units"),
    GATEWAYS_LOOKS: "2",
    GATEWAYS_PAUSE: "0.1",
    GATEWAYS_EVERY: "0.1",
    GATEWAYS_IDLE: "2",
    GATEWAYS_SIGN: "0",
    // Nobody listens there.
    GATEWAYS_METRICS: "http://127.0.0.1:9/metrics",
  };
}

/** Numbers of the processes of a host: each names its folder, which no other host has. */
export async function processesOf(folder: string): Promise<readonly number[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    numbers.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return words.includes(`${folder}/`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Ends what a killed restart has started and not noted. */
async function endProcessesOf(folder: string): Promise<void> {
  for (const pid of await processesOf(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
