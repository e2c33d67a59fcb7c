import type Docker from "dockerode";
import { sshHost, type SshHost } from "../../ssh/options";
import { DaemonAgent, longestAnswer, type AnswerLimit } from "./daemon-agent";
import { throughSsh } from "./through-ssh";

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
export const openDocker = async (
  address: DaemonAddress,
  options: OpenOptions = {},
): Promise<Docker> => (await connect(address, options)).docker;

/** Runs work with a Docker daemon, and closes afterwards what is open to it and asks nothing; see {@link openDocker}. */
export async function withDaemon<T>(
  address: DaemonAddress,
  work: (docker: Docker) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const { docker, agent } = await connect(address, options);
  try {
    return await work(docker);
  } finally {
    agent.retire();
  }
}

async function connect(
  { host, hostKey }: DaemonAddress,
  { signal, seconds = longestAnswer }: OpenOptions,
): Promise<{ readonly docker: Docker; readonly agent: DaemonAgent }> {
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
  if (host.startsWith("unix://")) return { docker: new Client(here), agent };
  if (ssh === undefined) throw new Error(`${host} is no address of a Docker daemon`);
  const through = { protocol: "http" as const, host: "docker", port: 80, agent };
  return { docker: new Client(through), agent };
}

/** Most runs of ssh at once: of more than ten that have not logged in yet a host refuses some, and others log in beside these. Source: sshd_config(5), MaxStartups. */
const SSH_RUNS = 6;

/**
 * Each connection is a run of ssh, which hands the socket of the daemon through: the same way that the docker program takes. A login costs more than most questions, so that one
 * connection serves for many, one after the other.
 */
function sshAgent(ssh: SshHost, limit: AnswerLimit): DaemonAgent {
  const agent = new DaemonAgent(limit, { keepAlive: true, maxSockets: SSH_RUNS });
  agent.createConnection = () => throughSsh(ssh);
  return agent;
}
