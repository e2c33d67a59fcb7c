import { spawn } from "node:child_process";
import type { Agent } from "node:http";
import { Duplex } from "node:stream";
import type Docker from "dockerode";
import { sshHost, sshOptions, type SshHost } from "../../ssh/options";
import { DaemonAgent, longestAnswer, type AnswerLimit } from "./daemon-agent";

/** Where a Docker daemon is. */
export interface DaemonAddress {
  /** A socket such as unix:///var/run/docker.sock, or ssh://user\@host. */
  readonly host: string;
  /** Public key of an ssh:// host. */
  readonly hostKey?: string | undefined;
}

/** How long a daemon is listened to. */
export interface OpenOptions {
  /** Ends every connection. @defaultValue each ends with its answer */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for the answer to one question. @defaultValue {@link longestAnswer} */
  readonly seconds?: number | undefined;
}

/**
 * The way to a Docker daemon; connects to nothing yet. Neither DOCKER_HOST nor a context of this machine decides which one it is. A daemon that falls silent ends each question with
 * an error at a limit.
 *
 * @throws Error if the address is none
 */
export async function openDocker(
  { host, hostKey }: DaemonAddress,
  { signal, seconds = longestAnswer }: OpenOptions = {},
): Promise<Docker> {
  // Loaded by whoever needs it: a gateway in Kubernetes does not pay for its imports.
  const { default: Client } = await import("dockerode");
  const ssh = sshHost(host, hostKey);
  const limit = { words: `Docker at ${host}`, seconds };
  const agent = ssh === undefined ? new DaemonAgent(limit) : sshAgent(ssh, limit);
  const end = () => {
    agent.destroy();
  };
  signal?.addEventListener("abort", end, { once: true });
  const here = { socketPath: host.slice("unix://".length), agent };
  if (host.startsWith("unix://")) return new Client(here);
  if (ssh === undefined) throw new Error(`${host} is no address of a Docker daemon`);
  const through = { protocol: "http" as const, host: "docker", port: 80, agent };
  return new Client(through);
}

/** Most runs of ssh at once: of more than ten that have not logged in yet a host refuses some. Source: sshd_config(5), MaxStartups. */
const SSH_RUNS = 8;

/** Each connection is a run of ssh, which hands the socket of the daemon through: the same way that the docker program takes. */
function sshAgent(ssh: SshHost, limit: AnswerLimit): Agent {
  const agent = new DaemonAgent(limit, SSH_RUNS);
  agent.createConnection = () => throughSsh(ssh);
  return agent;
}

/** One run of ssh as a connection. It ends once it is known how ssh has ended: whoever waits for an answer would be told before that nobody gave one, and not why. */
function throughSsh(ssh: SshHost): Duplex {
  const args = [...sshOptions(ssh), "--", ssh.target, "docker", "system", "dial-stdio"];
  const child = spawn("ssh", args, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  const stream = new Duplex({
    read: () => child.stdout.resume(),
    write: (part: Buffer, _, done) => child.stdin.write(part, done),
    final: (done) => child.stdin.end(done),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  // Where it has ended, its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (part: Buffer) => {
    if (!stream.push(part)) child.stdout.pause();
  });
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => (said = (said + text).slice(0, 2000)));
  child.on("error", (error) => stream.destroy(error));
  child.on("close", (code) => {
    const line = said.trim().split("\n").at(-1) ?? "";
    if (code === 0) stream.push(null);
    else stream.destroy(new Error(`ssh ${ssh.target}: ${line || `exit code ${code}`}`));
  });
  // What an HTTP client asks of a socket, and a pair of pipes has not.
  return Object.assign(stream, {
    setTimeout: () => stream,
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}
