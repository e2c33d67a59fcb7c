import { spawn, type ChildProcess } from "node:child_process";
import { statSync } from "node:fs";

import type { ProcessInputs } from "./command-inputs";
import { LineSplitter } from "./line-splitter";

/** What a process printed, each without its last line feed. */
export interface ProcessOutputs {
  readonly stdout: string;
  readonly stderr: string;
}

/** A process to run. */
export interface ProcessRequest {
  readonly command: string;
  readonly inputs: ProcessInputs;
  /** Results of the run before, for the environment of this one. */
  readonly previous: ProcessOutputs;
  /** Takes each line that is to be logged, while the process runs. */
  readonly log: (line: string) => void;
  /** Kills the process when aborted: only itself, and its pipes are read to their end. */
  readonly signal: AbortSignal;
}

// Words of Go's os package, in which the official plugin reports signals.
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGABRT: "aborted",
  SIGKILL: "killed",
  SIGSEGV: "segmentation fault",
  SIGPIPE: "broken pipe",
  SIGTERM: "terminated",
};

/**
 * Runs a command to its end and yields what it printed.
 *
 * @throws Error with the exit status, the command and all that it printed, when it fails.
 * Source: pulumi/pulumi-command@v1.2.1:provider/pkg/provider/local/commandOutputs.go.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutputs> {
  const printed = { stdout: "", stderr: "", both: "" };
  const reason = await outcome(request, (stream, text) => {
    printed[stream] += text;
    printed.both += text;
  });
  if (reason === undefined) {
    return { stdout: trimEnd(printed.stdout), stderr: trimEnd(printed.stderr) };
  }
  throw new Error(`${reason}: running ${JSON.stringify(request.command)}:\n${printed.both}`);
}

type Collect = (stream: "stdout" | "stderr", text: string) => void;

/** Resolves with nothing after a success, else with the reason of the failure. */
function outcome(request: ProcessRequest, collect: Collect): Promise<string | undefined> {
  const { command, inputs, signal } = request;
  const [program = "/bin/sh", ...args] = inputs.interpreter?.length
    ? inputs.interpreter
    : ["/bin/sh", "-c"];
  const cwd = inputs.dir ?? process.cwd();
  if (!isDirectory(cwd)) return Promise.resolve(`chdir ${cwd}: no such file or directory`);
  const child = spawn(program, [...args, command], { cwd, env: environment(request) });
  feed(child, inputs.stdin);
  follow(child, request, collect);
  const kill = () => child.kill("SIGKILL");
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill);
  return new Promise((resolve) => {
    child.on("error", () => {
      resolve(`exec: ${JSON.stringify(program)}: executable file not found in $PATH`);
    });
    child.on("close", (code, by) => {
      signal.removeEventListener("abort", kill);
      if (code === 0) resolve(undefined);
      else resolve(by === null ? `exit status ${code ?? -1}` : `signal: ${SIGNALS[by] ?? by}`);
    });
  });
}

function environment({ inputs, previous }: ProcessRequest): NodeJS.ProcessEnv {
  const passed = inputs.addPreviousOutputInEnv ?? true;
  return {
    ...process.env,
    ...inputs.environment,
    ...(passed && previous.stdout !== "" && { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(passed && previous.stderr !== "" && { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

// A process may end without reading: that is its own affair and no failure.
function feed(child: ChildProcess, stdin = ""): void {
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(stdin);
}

function follow(child: ChildProcess, { inputs, log }: ProcessRequest, collect: Collect): void {
  const logging = inputs.logging ?? "stdoutAndStderr";
  for (const stream of ["stdout", "stderr"] as const) {
    const logged = logging === stream || logging === "stdoutAndStderr";
    const lines = new LineSplitter(logged ? log : () => undefined);
    const readable = child[stream];
    readable?.setEncoding("utf8");
    readable?.on("data", (text: string) => {
      collect(stream, text);
      lines.add(text);
    });
    readable?.on("end", () => {
      lines.end();
    });
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function trimEnd(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
