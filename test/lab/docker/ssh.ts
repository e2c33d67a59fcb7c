import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../cache";
import { answers, ensureDaemon, runningDaemon, type Daemon } from "../daemon";
import { commandLine, killAll, processTree } from "../engine/process-tree";
import type { ProcessIdentity } from "../process-identity";
import { run } from "../run";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";
import { ensureDockerHost, withHostLock } from "./host";
import { CABLE, ensureMachine, hostFolder, hostMark, onMachine } from "./machine";
import { programPath } from "./programs";

/** Ports with an sshd of their own, since a test that kills one must not cut the others off: the usual one, and one for whoever takes another. */
export type SshPort = 22 | 2222;
const USUAL: SshPort = 22;

/** The lab's Docker host as somebody far away reaches it. */
export interface SshAccess {
  /** `ssh://root@10.246.0.2`, with the port if it is not the usual one */
  readonly url: string;
  /** Its public key, to be pinned: `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
  /** A file with that key and no other, as `ssh` reads known hosts. */
  readonly knownHosts: string;
  /** Options under which `ssh` trusts that key and no other, and asks nobody. */
  readonly options: readonly string[];
  /** Variables under which `ssh` finds the key of whoever comes: an agent has it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Leaves the Docker host reachable by SSH, as root and with a key alone. It has `docker`, as a host that is reached so must. */
export async function ensureSsh(settings: Settings, port = USUAL): Promise<SshAccess> {
  const report = () => undefined;
  await ensureDockerHost(settings, report);
  return withHostLock(settings, report, async () => {
    const folder = join(hostFolder(settings), "ssh");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [host, person] = [await keyIn(folder, "host"), await keyIn(folder, "person")];
    const machine = await ensureMachine(settings);
    await ensureDaemon(settings.home, await sshd(settings, machine, { folder, person, port }));
    const socket = await ensureAgent(settings, folder);
    return describe(folder, { host, socket, port });
  });
}

async function describe(
  folder: string,
  {
    host,
    socket,
    port,
  }: { readonly host: string; readonly socket: string; readonly port: SshPort },
): Promise<SshAccess> {
  const knownHosts = join(folder, `known_hosts-${port}`);
  const name = port === USUAL ? CABLE.there : `[${CABLE.there}]:${port}`;
  await writeIfChanged(knownHosts, `${name} ${host}\n`);
  return {
    url: `ssh://root@${CABLE.there}${port === USUAL ? "" : `:${port}`}`,
    hostKey: host,
    knownHosts,
    options: [
      ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"],
      ...["-o", `UserKnownHostsFile=${knownHosts}`, "-o", "GlobalKnownHostsFile=/dev/null"],
    ],
    env: { SSH_AUTH_SOCK: socket },
  };
}

/** Kills the sshd at a port of the Docker host and every login there, as if the host went away; what was started by SSH goes on or not, as it likes. */
export async function killSshd(
  { home }: Pick<Settings, "home">,
  port: SshPort = USUAL,
): Promise<void> {
  const server = await runningDaemon(home, sshdName(port));
  if (server === undefined) return;
  const all = await processTree(server.pid);
  const names = await Promise.all(all.map(commandLine));
  await killAll(all.filter((_, index) => names[index]?.includes("sshd") === true));
}

/** Public half of a key pair, made on first use: type and key, without a comment. */
async function keyIn(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  if (!(await exists(file)))
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

const sshdName = (port: SshPort): string => `docker-sshd-${port}`;

async function sshd(
  { home }: Settings,
  machine: ProcessIdentity,
  login: { readonly folder: string; readonly person: string; readonly port: SshPort },
): Promise<Daemon> {
  const { folder, person, port } = login;
  const config = join(folder, `sshd_config-${port}`);
  const allowed = join(folder, "authorized_keys");
  const text = [
    `ListenAddress ${CABLE.there}:${port}`,
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${allowed}`,
    "AuthenticationMethods publickey",
    "PermitRootLogin prohibit-password",
    // Neither accounts nor folders of this machine are asked: whoever has the key may come in.
    "UsePAM no",
    "StrictModes no",
    "PidFile none",
    // How many may be about to log in, and what each connection may carry, is left as sshd has it: whoever needs more would fail at real hosts.
    "",
  ].join("\n");
  await writeIfChanged(config, text);
  await writeIfChanged(allowed, `${person}\n`, 0o600);
  const program = await programPath("sshd");
  const start = 'mkdir -p -m 755 /run/sshd && exec "$0" -D -e -f "$1"';
  return {
    name: sshdName(port),
    command: [...onMachine(machine), "/bin/sh", "-c", start, program, config],
    env: { [hostMark]: home },
    reads: [text, JSON.stringify(machine)],
    listens: [],
    ready: () => answers({ host: CABLE.there, port }),
  };
}

/** An agent that has the key of whoever comes. @returns its socket */
async function ensureAgent({ home }: Settings, folder: string): Promise<string> {
  const socket = join(folder, "agent");
  const env = { SSH_AUTH_SOCK: socket };
  const started = await ensureDaemon(home, {
    name: "docker-ssh-agent",
    command: ["/bin/sh", "-c", 'rm -f "$0" && exec ssh-agent -D -a "$0"', socket],
    env: { [hostMark]: home },
    listens: [],
    // It has no key yet: 1 is its answer then, 2 says that nobody answers.
    ready: async () => (await run("ssh-add", ["-l"], { env, reject: false })).exitCode < 2,
  });
  if (started) await run("ssh-add", ["-q", join(folder, "person")], { env });
  return socket;
}
