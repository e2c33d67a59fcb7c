import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, keyOf } from "../cache";
import { controlGroup, inControlGroup, removeControlGroup } from "../control-groups";
import { answers, ensureDaemon, runningDaemon, stopDaemon, type Daemon } from "../daemon";
import { withLock } from "../lock";
import { run } from "../run";
import type { Settings } from "../settings";
import { ADDRESS_FILE, ensureHostTree, PERSON } from "./tree";

/** A host with a systemd and an sshd of its own, reached by SSH alone. */
export interface LabHost {
  readonly name: string;
  readonly address: string;
  /** `deploy`, who may become root by sudo without a password. */
  readonly user: string;
  /** Its public key, to be pinned: `ssh-ed25519 AAAA...` */
  readonly hostKey: string;
  /** File with the private key of whoever comes. */
  readonly identity: string;
  /** Where its root file system can be read and written from here. */
  readonly root: string;
}

const PORT = 22;

/** Folder of everything that the hosts keep on disk. */
const hostsFolder = ({ home }: Pick<Settings, "home">): string => join(home, "hosts");

const groupOf = (home: string, name: string): string => `${controlGroup(home, "host")}-${name}`;

const daemonName = (name: string): string => `host-${name}`;

/** Does the work while nobody else changes the hosts of this lab. */
const withHostsLock = <T>(
  settings: Settings,
  report: (line: string) => void,
  work: () => Promise<T>,
) => withLock(join(settings.cache, `lock-hosts-${keyOf([settings.home])}`), report, work);

/**
 * Leaves these hosts booted and reachable: real systemd and real sshd in root file systems of their own, apart in processes, control groups, network and `/run`, each on one cable to this
 * machine. One that runs is reused; one that was killed boots again and finds its files. No other part of the lab has to be up.
 *
 * @param names - a few letters and digits each: they become names of network devices
 * @param options - `i686`: those of them that say of themselves that they are of that machine. @defaultValue none
 * @returns them in their order
 */
export async function ensureHosts(
  settings: Settings,
  names: readonly string[],
  report: (line: string) => void = () => undefined,
  { i686 = [] }: { readonly i686?: readonly string[] } = {},
): Promise<readonly LabHost[]> {
  return withHostsLock(settings, report, async () => {
    const tree = await ensureHostTree(settings, report);
    const folder = hostsFolder(settings);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await ensureKey(join(folder, "person"));
    const hosts: LabHost[] = [];
    // One after the other: each boot takes a core for a moment.
    for (const name of names)
      hosts.push(await ensureHost(settings, tree, name, i686.includes(name)));
    return hosts;
  });
}

async function ensureHost(
  settings: Settings,
  tree: string,
  name: string,
  isI686: boolean,
): Promise<LabHost> {
  if (!/^[a-z0-9]{1,8}$/.test(name)) throw new Error(`${name}: 1 to 8 letters and digits`);
  const folder = join(hostsFolder(settings), name);
  const root = join(folder, "root");
  const number = await numberOf(settings, name);
  const [here, address] = [`10.247.${number}.1`, `10.247.${number}.2`];
  if ((await runningDaemon(settings.home, daemonName(name))) === undefined) {
    await mountLayer(tree, folder);
    await furnish(settings, { name, root, address: `${address}/24` });
  }
  await ensureDaemon(settings.home, nspawn(settings, name, root, { here, address, isI686 }));
  const hostKey = (await readFile(join(root, "etc/ssh/ssh_host_ed25519_key.pub"), "utf8")).trim();
  const identity = join(hostsFolder(settings), "person");
  return { name, address, user: PERSON, hostKey, identity, root };
}

/** A number for each host that was ever asked for, which its addresses have. */
async function numberOf(settings: Settings, name: string): Promise<number> {
  const file = join(hostsFolder(settings), "names");
  const known = (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);
  if (!known.includes(name)) await writeFile(file, `${[...known, name].join("\n")}\n`);
  return (known.includes(name) ? known.indexOf(name) : known.length) + 1;
}

async function mountLayer(tree: string, folder: string): Promise<void> {
  const [upper, work, root] = ["upper", "work", "root"].map((part) => join(folder, part));
  for (const part of [upper, work, root]) await mkdir(part ?? "", { recursive: true });
  const seen = await run("mountpoint", ["-q", root ?? ""], { reject: false });
  if (seen.exitCode === 0) return;
  const layers = `lowerdir=${tree},upperdir=${upper ?? ""},workdir=${work ?? ""}`;
  await run("mount", ["-t", "overlay", "overlay", "-o", layers, root ?? ""]);
}

async function furnish(
  settings: Settings,
  { name, root, address }: Pick<LabHost, "name" | "root" | "address">,
): Promise<void> {
  // A sudo that has to ask for the name of its own host waits 10 s for a name server that is not there.
  await writeFile(join(root, "etc/hostname"), `${name}\n`);
  await writeFile(join(root, "etc/hosts"), `127.0.0.1 localhost\n127.0.1.1 ${name}\n`);
  await ensureKey(join(root, "etc/ssh/ssh_host_ed25519_key"));
  const allowed = join(root, "home", PERSON, ".ssh/authorized_keys");
  await copyFile(join(hostsFolder(settings), "person.pub"), allowed);
  await writeFile(join(root, ADDRESS_FILE), `${address}\n`);
}

async function ensureKey(file: string): Promise<void> {
  if (!(await exists(file)))
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
}

function nspawn(
  { home }: Settings,
  name: string,
  root: string,
  {
    here,
    address,
    isI686,
  }: { readonly here: string; readonly address: string; readonly isI686: boolean },
): Daemon {
  const device = `ve-${name}`;
  return {
    name: daemonName(name),
    // In one group with others, a systemd would take their processes for its own: a unit with a process of another host in it is never at its end.
    command: inControlGroup(groupOf(home, name), [
      "systemd-nspawn",
      ...["--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe"],
      ...["--private-network", "--network-veth", `--machine=${name}`, `--directory=${root}`],
      // What `uname -m` says there; its programs stay those of this machine, and run.
      ...(isI686 ? ["--personality=x86"] : []),
    ]),
    listens: [],
    ready: async () => {
      // This end of the cable is there once the host is; asked for again, it stays as it is.
      await run("ip", ["address", "replace", `${here}/24`, "dev", device]);
      await run("ip", ["link", "set", device, "up"]);
      return answers({ host: address, port: PORT });
    },
    reads: [home],
    readySeconds: 120,
  };
}

/** Takes a host off the network, as a broken cable does; {@link plugHost} brings it back. */
export const unplugHost = ({ name }: Pick<LabHost, "name">): Promise<unknown> =>
  run("ip", ["link", "set", `ve-${name}`, "down"]);

/** An address of hardware that nobody has. */
const NOBODY = "02:00:00:00:00:01";

/** Has everything that is sent to a host vanish, as behind a firewall that drops it: whoever asks is told nothing at all. {@link plugHost} ends it. */
export const loseHost = ({ name, address }: Pick<LabHost, "name" | "address">): Promise<unknown> =>
  run("ip", [
    "neighbour",
    "replace",
    address,
    "lladdr",
    NOBODY,
    "nud",
    "permanent",
    "dev",
    `ve-${name}`,
  ]);

/** Brings back what was unplugged or lost. */
export async function plugHost({
  name,
  address,
}: Pick<LabHost, "name" | "address">): Promise<void> {
  await run("ip", ["link", "set", `ve-${name}`, "up"]);
  await run("ip", ["neighbour", "delete", address, "dev", `ve-${name}`], { reject: false });
}

/** Stops hosts and removes all that they had; what is gone is fine. @param only - @defaultValue every host */
export async function removeHosts(settings: Settings, only?: readonly string[]): Promise<void> {
  const folder = hostsFolder(settings);
  const names = await readFile(join(folder, "names"), "utf8").catch(() => "");
  for (const name of only ?? names.split("\n").filter(Boolean)) {
    await stopDaemon(settings.home, daemonName(name), { graceSeconds: 20 });
    await run("umount", [join(folder, name, "root")], { reject: false });
    await run("ip", ["link", "delete", `ve-${name}`], { reject: false });
    await rm(join(folder, name), { recursive: true, force: true });
    await removeControlGroup(groupOf(settings.home, name));
  }
  // Others have their addresses by their place among the names.
  if (only === undefined) await rm(folder, { recursive: true, force: true });
}

/** A unit of systemd that keeps a command running. @param more - further lines about the service */
export const unitOf = (command: string, more: readonly string[] = []): string =>
  [
    "[Service]",
    ...more,
    `ExecStart=${command}`,
    "Restart=on-failure",
    "RestartSec=1",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
