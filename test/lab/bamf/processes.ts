import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";

/** One process, and how it ends. */
export interface Program {
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Sends a signal and does not wait. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly running: () => boolean;
}

/** Starts programs, with their output in files, and ends those that are left. */
export class Programs {
  readonly #children: ChildProcess[] = [];
  constructor(
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  start(
    name: string,
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
  ): Program {
    const child = spawn(command[0], command.slice(1), {
      env: { PATH: process.env["PATH"], ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(join(this.folder, `${name}.log`), { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#children.push(child);
    const exited = once(child, "exit");
    return {
      running: () => child.exitCode === null && child.signalCode === null,
      signal: (signal) => void child.kill(signal),
      stop: async (signal = "SIGTERM") => {
        child.kill(signal);
        await exited;
      },
    };
  }

  async endAll(): Promise<void> {
    const left = this.#children.filter((it) => it.exitCode === null && it.signalCode === null);
    await Promise.all(
      left.map(async (child) => {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }),
    );
  }
}
