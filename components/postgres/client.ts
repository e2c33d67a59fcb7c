import { spawn } from "node:child_process";
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
  /** 0 is good; undefined if it was killed or could not be started. */
  readonly code: number | undefined;
  /** What it complained about, in one line and without a secret; "" if it was silent. */
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
  /** Says why the program is to be given up, as a container does; until its signal fires. */
  readonly lost?: ((until: AbortSignal) => Promise<string>) | undefined;
}

/** Starts a program without a shell. Its output goes nowhere but to the reader of `stdout`. */
export function startClient(call: ClientCall): Client {
  const child = spawn(call.file, call.args, { env: call.env, stdio: "pipe" });
  let said = "";
  child.stderr.setEncoding("utf8");
  // The first complaint is the one that counts: a flood after it is not kept.
  child.stderr.on("data", (text: string) => (said = (said + text).slice(0, 100_000)));
  // A program that ends early breaks its pipe; how it ended says more than that.
  child.stdin.on("error", () => undefined);
  const kill = (): void => {
    // The programs of PostgreSQL answer SIGINT by cancelling what the server does for them.
    child.kill("SIGINT");
    setTimeout(() => {
      child.kill("SIGKILL");
      // Whoever inherited its output must not keep us waiting.
      child.stdout.destroy();
      child.stderr.destroy();
    }, 5000).unref();
  };
  call.signal?.addEventListener("abort", kill, { once: true });
  if (call.signal?.aborted === true) kill();
  const over = new AbortController();
  let lost: string | undefined;
  call.lost?.(over.signal).then(
    (why) => {
      lost = why;
      kill();
    },
    // Ended by its signal; what else goes wrong there says nothing of the program.
    () => undefined,
  );
  const end = new Promise<ClientEnd>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT" ? "is not installed" : error.message;
      resolve({ code: undefined, words: `${call.file} ${missing}` });
    });
    child.on("close", (code, signal) => {
      if (lost !== undefined) {
        resolve({ code: undefined, words: lost });
        return;
      }
      const words = call.redact(complaint(said));
      const stopped =
        signal === null || words !== "" ? words : `${call.file} was ended by ${signal}`;
      resolve({ code: code ?? undefined, words: stopped });
    });
  }).finally(() => {
    over.abort();
    call.signal?.removeEventListener("abort", kill);
  });
  return { stdin: child.stdin, stdout: child.stdout, end, kill };
}

/** The first line that names an error, without the program's name before it; else the last line. */
export function complaint(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "");
  const error = said.find((line) => /(error|fatal|panic):/i.test(line)) ?? said.at(-1) ?? "";
  return error
    .replace(/^(\S+: )?(error|fatal): +/i, "")
    .replace(/^\S+:\d+: (ERROR|FATAL|PANIC): +/, "");
}
