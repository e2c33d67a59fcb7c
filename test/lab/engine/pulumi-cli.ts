import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { ProcessIdentity } from "../process-identity";
import { until } from "../until";

import { commandLine, killAll, processTree } from "./process-tree";
import { readEngineLog, type EngineLog } from "./steps-of-log";

/** A run of the CLI that has ended. */
export interface PulumiRun extends EngineLog {
  /** Undefined when the CLI was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, interleaved as they came. */
  readonly all: string;
  readonly seconds: number;
}

/** A run of the CLI that is under way. */
export interface RunningPulumi {
  readonly pid: number;
  /** Resolves with the run once it has ended, however it ended. */
  readonly finished: Promise<PulumiRun>;
  /** Resolves once the output so far matches; rejects when the run ends first or after `seconds`. */
  readonly said: (pattern: RegExp, seconds?: number) => Promise<void>;
  /** Ctrl-C, as a person at the terminal would press it. */
  readonly interrupt: () => void;
  /**
   * Kills (SIGKILL) the CLI alone and gives the processes that it leaves behind: providers and what
   * they run. The caller ends those with `killAll`.
   */
  readonly killCli: () => Promise<readonly ProcessIdentity[]>;
  /**
   * Kills (SIGKILL) of what the CLI has started exactly what has such a command line, and gives the rest: steps of a
   * killed provider go on by themselves. The caller ends those with `killAll`.
   *
   * @throws Error when there is nothing of the kind.
   */
  readonly killPart: (part: RegExp) => Promise<readonly ProcessIdentity[]>;
  /** Kills (SIGKILL) the CLI, its providers and everything that they run, at once. */
  readonly killTree: () => Promise<void>;
}

/** The real CLI in one project folder. */
export interface PulumiCli {
  readonly run: (args: readonly string[], options?: CliOptions) => Promise<PulumiRun>;
  readonly start: (args: readonly string[], options?: CliOptions) => Promise<RunningPulumi>;
}

/** How to run the CLI. */
export interface CliOptions {
  /** Variables on top of those of the lab. @defaultValue none */
  readonly env?: Readonly<Record<string, string>>;
  /** Reads steps and messages from an event log: for preview, up, refresh and destroy. @defaultValue false */
  readonly events?: boolean;
  /** Is given every line of the output as it comes. @defaultValue nobody */
  readonly tell?: (line: string) => void;
}

/** A run that ends says so by itself: this is for one that never does. */
const KEEP_SECONDS = 900;

/**
 * Runs `pulumi` in `directory` with the variables of the lab; a failure is a result, not an
 * exception.
 */
export function pulumiCli(env: Readonly<Record<string, string>>, directory: string): PulumiCli {
  const start: PulumiCli["start"] = async (args, options = {}) => {
    // Loaded here: a static import fails where tsx runs this file as CommonJS (unicorn-magic@0.3.0
    // exports nothing to `require`).
    const { execa } = await import("execa");
    const logs = await mkdtemp(join(tmpdir(), "pulumi-events-"));
    const log = join(logs, "events");
    const flags = ["--non-interactive", "--color=never", "--cwd", directory];
    const events = options.events === true ? ["--event-log", log] : [];
    const began = Date.now();
    const child = execa("pulumi", [...args, ...flags, ...events], {
      cwd: directory,
      // The flag --event-log is there only with the debugging commands.
      env: { ...env, PULUMI_DEBUG_COMMANDS: "true", PULUMI_OPTION_CWD: "", ...options.env },
      reject: false,
      all: true,
      stdin: "ignore",
      stripFinalNewline: false,
    });
    const pid = child.pid;
    if (pid === undefined) throw new Error("pulumi did not start; is the lab's PATH set?");
    let seen = "";
    let over = false;
    child.all.on("data", (text: Buffer) => (seen += text.toString()));
    if (options.tell !== undefined) createInterface({ input: child.all }).on("line", options.tell);
    const finished = child.then(async (done) => {
      over = true;
      const text = await readFile(log, "utf8").catch(() => "");
      await rm(logs, { recursive: true, force: true });
      const { exitCode, stdout, stderr, all } = done;
      const seconds = (Date.now() - began) / 1_000;
      return { exitCode, stdout, stderr, all, seconds, ...readEngineLog(text) };
    });
    return {
      pid,
      finished,
      said: (pattern, seconds = KEEP_SECONDS) =>
        until(`the run says ${String(pattern)}`, () => pattern.test(seen), {
          seconds,
          everyMs: 20,
          hopeless: () => Promise.resolve(over ? `it ended first and said:\n${seen}` : undefined),
        }),
      interrupt: () => child.kill("SIGINT"),
      killCli: async () => {
        const [cli, ...rest] = await processTree(pid);
        if (cli !== undefined) await killAll([cli]);
        return rest;
      },
      killPart: async (part) => {
        const below = (await processTree(pid)).slice(1);
        const lines = await Promise.all(below.map(commandLine));
        const victims = below.filter((_, index) => part.test(lines[index] ?? ""));
        if (victims.length === 0)
          throw new Error(`nothing matches ${String(part)} among:\n${lines.join("\n")}`);
        await killAll(victims);
        return below.filter((one) => !victims.includes(one));
      },
      killTree: async () => {
        await killAll(await processTree(pid));
      },
    };
  };
  return { start, run: async (args, options) => (await start(args, options)).finished };
}
