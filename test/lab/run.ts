import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input. @defaultValue none */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Is given each line of its standard error as it comes. */
  readonly onStderrLine?: (line: string) => void;
  /** `false` gives the answer of a program that fails, too. @defaultValue true */
  readonly reject?: boolean;
}

export interface RunAnswer {
  readonly exitCode: number;
  /** Without the last line end. */
  readonly stdout: string;
}

/**
 * Runs a program to its end.
 *
 * @throws Error with the command and the end of its standard error when it fails, unless `reject` is false.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunAnswer> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  const errors: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (errors.push(line) > 20) errors.shift();
    options.onStderrLine?.(line);
  });
  // A program that ends without reading its input is no fault of the writer.
  child.stdin.on("error", () => undefined).end(options.input);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      resolve(code ?? 255);
    });
  });
  if (exitCode !== 0 && options.reject !== false) {
    const said = [...errors, ...(errors.length === 0 ? stdout.split("\n").slice(-10) : [])];
    throw new Error(
      `${[command, ...args].join(" ")} ended with ${exitCode}: ${said.join("\n").trim()}`,
    );
  }
  return { exitCode, stdout: stdout.trimEnd() };
}
