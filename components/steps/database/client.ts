import { execa } from "execa";
import type { Readable, Writable } from "node:stream";

/** A running client program: its input, its output, and how it ended. */
export interface Client {
  readonly stdin: Writable;
  /** Has to be read to its end, otherwise the program may wait for ever. */
  readonly stdout: Readable;
  /** Resolves once the program has ended; never rejects. */
  readonly end: Promise<ClientEnd>;
  /** Asks it to stop, and forces it after 5 seconds. */
  kill(): void;
}

export interface ClientEnd {
  /** 0 is good; undefined where it was killed or could not be started. */
  readonly code: number | undefined;
  /** What it complained about, in one line and without a secret; "" where it was silent. */
  readonly words: string;
}

export interface ClientCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes secrets out of what the program says. */
  readonly redact: (text: string) => string;
  /** Stops the program. */
  readonly signal?: AbortSignal | undefined;
}

/** Starts a program without a shell. Its output goes nowhere but to the reader of `stdout`. */
export function startClient(call: ClientCall): Client {
  const child = execa(call.file, call.args, {
    env: call.env,
    extendEnv: false,
    reject: false,
    buffer: { stdout: false, stderr: true },
    stdin: "pipe",
    // The programs of PostgreSQL answer SIGINT by cancelling what the server does for them.
    killSignal: "SIGINT",
    maxBuffer: { stderr: 1_000_000 },
    ...(call.signal === undefined ? {} : { cancelSignal: call.signal }),
  });
  const { stdin, stdout } = child;
  // A program that ends early breaks its pipe; how it ended says more than that.
  stdin.on("error", () => undefined);
  return {
    stdin,
    stdout,
    end: child.then((result) => ({
      code: result.exitCode,
      words: sentence(call, result),
    })),
    kill: () => child.kill(),
  };
}

interface Ended {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly code?: string;
  readonly stderr: unknown;
}

function sentence(call: ClientCall, ended: Ended): string {
  if (ended.code === "ENOENT") return `${call.file} is not installed`;
  const said = call.redact(complaint(typeof ended.stderr === "string" ? ended.stderr : ""));
  if (ended.signal !== undefined && said === "")
    return `${call.file} was stopped by ${ended.signal}`;
  return said;
}

/** The first line that names an error, without the program's name before it; else the last line. */
export function complaint(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => line !== "");
  const error = told.find((line) => /(error|fatal|panic):/i.test(line)) ?? told.at(-1) ?? "";
  return error
    .replace(/^(\S+: )?(error|fatal): +/i, "")
    .replace(/^\S+:\d+: (ERROR|FATAL|PANIC): +/, "");
}
