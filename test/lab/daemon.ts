import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { isAlive, parseIdentity, type ProcessIdentity } from "./process-identity";
import { until } from "./until";

/** A program that outlives the command that started it. */
export interface Daemon {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Sockets that it opens; they must be free before it starts. */
  readonly listens: readonly { readonly host: string; readonly port: number }[];
  /** Content of the files that it reads at start: a change of any means a restart. */
  readonly reads?: readonly string[];
  /** Answers true once it does its work. */
  readonly ready: () => Promise<boolean>;
  /** Longest wait for it to be ready. @defaultValue 60 */
  readonly readySeconds?: number;
  /** Longest wait for its port to become free: a predecessor may be on its last breath. @defaultValue 5 */
  readonly portSeconds?: number;
}

/** Marks every process of a lab, children included, by the lab's home. */
export const daemonMark = "GATEWAYS_LAB_DAEMON";

// The shell notes its own number and start before it becomes the program: no gap in which a program runs unnoted.
const launcher = `read -r stat < /proc/$$/stat; read -r boot < /proc/sys/kernel/random/boot_id; pidfile=$1; shift
rest=\${stat##*) }; me=$$; IFS=' '; printf '%s %s %s\\n' "$me" "$(set -- $rest; printf %s "\${20}")" "$boot" > "$pidfile"; exec "$@"`;

const pidFile = (home: string, name: string): string => join(home, "run", `${name}.pid`);
const recipeFile = (home: string, name: string): string => join(home, "run", `${name}.recipe`);
export const logFile = (home: string, name: string): string => join(home, "logs", `${name}.log`);

/** Programs in Go collect their garbage less often than they would: there is memory for it, and two cores are few. */
export const SPARING = { GOGC: "400" } as const;

/** The process noted under this name, if exactly that one still runs. */
export async function runningDaemon(
  home: string,
  name: string,
): Promise<ProcessIdentity | undefined> {
  const text = await readFile(pidFile(home, name), "utf8").catch(() => "");
  const identity = parseIdentity(text);
  return identity !== undefined && (await isAlive(identity)) ? identity : undefined;
}

const recipeOf = (daemon: Daemon): string =>
  createHash("sha256")
    .update(JSON.stringify([daemon.command, daemon.env ?? {}, daemon.reads ?? []]))
    .digest("hex");

/**
 * Leaves the daemon running and ready: reuses one that runs by the same recipe, replaces one with an older recipe, else starts it.
 *
 * @returns whether it had to be started.
 * @throws Error with the end of its log when it ends early or is not ready in time, or when a port is taken by a stranger.
 */
export async function ensureDaemon(home: string, daemon: Daemon): Promise<boolean> {
  const recipe = recipeOf(daemon);
  const known = await readFile(recipeFile(home, daemon.name), "utf8").catch(() => "");
  const reused = (await runningDaemon(home, daemon.name)) !== undefined && known === recipe;
  if (!reused) {
    await stopDaemon(home, daemon.name);
    await Promise.all(daemon.listens.map((socket) => refuseTaken(daemon, socket)));
    await launch(home, daemon);
    await writeFile(recipeFile(home, daemon.name), recipe);
  }
  await until(`${daemon.name} is ready`, daemon.ready, {
    seconds: daemon.readySeconds ?? 60,
    hopeless: () => explainDeath(home, daemon.name),
  });
  return !reused;
}

async function launch(home: string, daemon: Daemon): Promise<void> {
  await mkdir(join(home, "run"), { recursive: true });
  await mkdir(join(home, "logs"), { recursive: true });
  await rm(pidFile(home, daemon.name), { force: true });
  const log = await open(logFile(home, daemon.name), "a");
  try {
    const child = spawn(
      "/bin/sh",
      ["-c", launcher, "sh", pidFile(home, daemon.name), ...daemon.command],
      {
        detached: true,
        cwd: "/",
        stdio: ["ignore", log.fd, log.fd],
        env: { ...process.env, ...SPARING, ...daemon.env, [daemonMark]: home },
      },
    );
    child.unref();
  } finally {
    await log.close();
  }
  const noted = async (): Promise<boolean> =>
    parseIdentity(await readFile(pidFile(home, daemon.name), "utf8")) !== undefined;
  await until(`${daemon.name} notes its process`, noted, { seconds: 10, everyMs: 10 });
}

async function explainDeath(home: string, name: string): Promise<string | undefined> {
  if ((await runningDaemon(home, name)) !== undefined) return undefined;
  const log = await readFile(logFile(home, name), "utf8").catch(() => "");
  return `it ended; end of ${logFile(home, name)}:\n${log.trimEnd().split("\n").slice(-15).join("\n")}`;
}

/** Whether something accepts connections there. */
export function answers(socket: {
  readonly host: string;
  readonly port: number;
}): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect({ ...socket, timeout: 2000 });
    const finish = (answer: boolean) => (): void => {
      client.destroy();
      resolve(answer);
    };
    client
      .once("connect", finish(true))
      .once("error", finish(false))
      .once("timeout", finish(false));
  });
}

async function refuseTaken(
  { name, portSeconds }: Daemon,
  socket: { readonly host: string; readonly port: number },
): Promise<void> {
  const free = async (): Promise<boolean> => !(await answers(socket));
  await until("the port is free", free, { seconds: portSeconds ?? 5 }).catch(() => {
    throw new Error(
      `${name} needs ${socket.host}:${socket.port}, which another program holds. Fix: stop that program, then run the lab again.`,
    );
  });
}

/** Ends the daemon, politely for up to `graceSeconds`, and forgets it; one that is gone already is fine. */
export async function stopDaemon(
  home: string,
  name: string,
  options: { readonly signal?: NodeJS.Signals; readonly graceSeconds?: number } = {},
): Promise<void> {
  const identity = await runningDaemon(home, name);
  if (identity !== undefined) {
    await endProcess(identity, options.signal ?? "SIGTERM", options.graceSeconds ?? 10);
  }
  await rm(pidFile(home, name), { force: true });
  await rm(recipeFile(home, name), { force: true });
}

async function endProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  graceSeconds: number,
): Promise<void> {
  const gone = async (): Promise<boolean> => !(await isAlive(identity));
  send(identity.pid, signal);
  try {
    await until("the process ends", gone, { seconds: graceSeconds, everyMs: 20 });
  } catch {
    send(identity.pid, "SIGKILL");
    await until("the process ends", gone, { seconds: 10, everyMs: 20 });
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
