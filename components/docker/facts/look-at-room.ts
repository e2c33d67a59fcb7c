import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { observe, unavailable, type Observation } from "../../upgrade/observation";
import type { DaemonAddress } from "../api/open-docker";
import { quoted, sshHost, sshOptions, type SshHost } from "../../ssh/options";
import type { DaemonFacts, ListenerFacts, RoomFacts } from "./host-facts";
import { availableIn, freeIn, listenersIn } from "./read-room";

/** What the host tells beside its daemon. */
export interface HostRoom {
  readonly room: RoomFacts;
  readonly listeners: Observation<readonly ListenerFacts[]>;
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
    const elsewhere = unavailable(`its host is ${name}, and this machine is ${hostname()}`);
    return { room: { disk: elsewhere, memory: elsewhere }, listeners: elsewhere };
  }
  const read = (file: string) =>
    ssh === undefined ? readFile(file, "utf8") : runOn(ssh, ["cat", file]);
  const [disk, memory, listeners] = await Promise.all([
    observe(() =>
      ssh === undefined ? freeHere(root) : runOn(ssh, ["df", "-Pk", root]).then(freeIn),
    ),
    observe(async () => availableIn(await read("/proc/meminfo"))),
    observe(async () => {
      const tables = await Promise.all([
        read("/proc/net/tcp"),
        read("/proc/net/tcp6").catch(() => ""),
      ]);
      return tables.flatMap(listenersIn);
    }),
  ]);
  return { room: { disk, memory }, listeners };
}

async function freeHere(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function runOn(ssh: SshHost, program: readonly string[]): Promise<string> {
  const args = [...sshOptions(ssh), "--", ssh.target, program.map(quoted).join(" ")];
  const { stdout } = await promisify(execFile)("ssh", args, { timeout: 15_000 });
  return stdout;
}
