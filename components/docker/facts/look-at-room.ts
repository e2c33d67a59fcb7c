import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { observe, unavailable, type Observation } from "../../upgrade/observation";
import { longestHostLook } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import { quoted, sshHost, sshOptions, type SshHost } from "../../ssh/options";
import type { DaemonFacts, ListenerFacts, RoomFacts } from "./host-facts";
import { availableIn, freeIn, listenersIn, lowestPortIn } from "./read-room";

/** Longest run of a program on the host: half of what a look at it may take, as a login to a busy one may take long. Unit: milliseconds. */
const LOOK_MS = (longestHostLook * 1000) / 2;

/** What tells of memory and of who listens. */
const TABLES = ["/proc/meminfo", "/proc/net/tcp", "/proc/net/tcp6"];

/** The lowest port for programs without privileges. */
const LOWEST_PORT = "/proc/sys/net/ipv4/ip_unprivileged_port_start";

/** What the host tells beside its daemon. */
export interface HostRoom {
  readonly room: RoomFacts;
  readonly listeners: Observation<readonly ListenerFacts[]>;
  readonly lowestPort?: number | undefined;
}

/**
 * One look at the host of a daemon, without a container: over SSH, or on this machine if the daemon is here. A daemon behind a socket that leads elsewhere is
 * not taken for one of this machine.
 */
export async function lookAtRoom(
  { host, hostKey }: DaemonAddress,
  { name, root }: DaemonFacts,
): Promise<HostRoom> {
  const ssh = sshHost(host, hostKey);
  if (ssh === undefined && name !== hostname()) {
    const elsewhere = unavailable(
      `its host is ${name}, and this machine is ${hostname()}: name it as docker.host: ssh://user@${name} with its hostKey, or run pulumi there`,
    );
    return { room: { disk: elsewhere, memory: elsewhere }, listeners: elsewhere };
  }
  const told = ssh === undefined ? undefined : runOn(ssh, ["cat", ...TABLES, LOWEST_PORT]);
  // All at once over SSH: each login costs a moment, and a host refuses too many of them.
  const read = (files: readonly string[]) =>
    told ?? Promise.all(files.map((file) => readIfThere(file))).then((texts) => texts.join("\n"));
  const [disk, memory, listeners, lowestPort] = await Promise.all([
    observe(() =>
      ssh === undefined ? freeHere(root) : runOn(ssh, ["df", "-Pk", root]).then(freeIn),
    ),
    observe(async () => availableIn(await read(TABLES.slice(0, 1)))),
    observe(async () => listenersIn(await read(TABLES.slice(1)))),
    read([LOWEST_PORT]).then(lowestPortIn, () => undefined),
  ]);
  return { room: { disk, memory }, listeners, lowestPort };
}

async function freeHere(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** A host without IPv6 has no table of it. */
const readIfThere = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: unknown) => {
    if (file.endsWith("6")) return "";
    throw error;
  });

/** How a program on a host has failed, as execFile tells it. */
interface Failed {
  readonly code?: number | string | null;
  readonly killed?: boolean;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** What a program on the host prints, also if it has complained about a part. @throws Error in the words of ssh */
async function runOn(ssh: SshHost, program: readonly string[]): Promise<string> {
  const args = [...sshOptions(ssh), "--", ssh.target, program.map(quoted).join(" ")];
  try {
    return (await promisify(execFile)("ssh", args, { timeout: LOOK_MS })).stdout;
  } catch (error) {
    const { code, killed, stdout = "", stderr = "" } = error as Failed;
    if (code === 1 && stdout !== "") return stdout;
    const said = stderr.trim().split("\n").at(-1) || `exit code ${String(code)}`;
    const late = `no answer within ${LOOK_MS / 1000} s`;
    throw new Error(`ssh ${ssh.target}: ${killed === true ? late : said}`, { cause: error });
  }
}
