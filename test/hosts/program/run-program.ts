import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/** When the program is killed: `3:before` its third call of another program. */
export type KillAt = `${number}:${"before" | "after"}`;

export interface Ran {
  readonly killed: boolean;
  /** How many programs it has called. */
  readonly calls: number;
  /** What it has printed: `outcome=swapped`. */
  readonly said: ReadonlyMap<string, string>;
}

/** What a run of the program is told. */
export interface RunOptions {
  readonly input?: Buffer;
  readonly killAt?: KillAt | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the program of a host, in a group of its own. @param env - of the host; COUNT and PROGRAM_GROUP name files there */
export async function runProgram(
  env: Readonly<Record<"COUNT" | "PROGRAM_GROUP", string>>,
  words: readonly string[],
  { input, killAt, env: more = {} }: RunOptions,
): Promise<Ran> {
  await writeFile(env.COUNT, "0\n");
  // It notes its own group first: a program that it calls may have to kill it.
  const child = spawn("sh", ["-c", 'echo $$ >"$PROGRAM_GROUP" && exec sh "$@"', "sh", ...words], {
    // A group of its own, so that what it has called is killed with it.
    detached: true,
    env: { ...env, ...more, ...(killAt === undefined ? {} : { KILL_AT: killAt }) },
    stdio: ["pipe", "pipe", "inherit"],
  });
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

/** Waits for a process. @returns the signal that has ended it */
export const end = (child: ReturnType<typeof spawn>): Promise<NodeJS.Signals | null> =>
  new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (_code, signal) => {
      resolve(signal);
    });
  });

/** What the program says has become of a swap: `swapped`. */
export const outcome = (said: Ran["said"]): string | undefined => said.get("outcome");
