import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, keyOf } from "../cache";
import { installPackages } from "../packages";
import type { Say } from "../parts";
import { run } from "../run";
import type { Settings } from "../settings";

/** What this machine needs to make and to boot hosts: what the rest of the lab does without. */
const HERE = ["debootstrap", "systemd-container"];

/** What a host has beside a minimal Debian. */
const THERE = ["curl", "dbus", "iproute2", "openssh-server", "sudo", "systemd", "systemd-sysv"];

const RELEASE = "bookworm";

/** Person by whom hosts are reached; it may become root without a password. */
export const PERSON = "deploy";

/** File of a host with its address, and the unit that gives it to the one device that it has. */
export const ADDRESS_FILE = "etc/lab-address";
const ADDRESS_UNIT = `[Unit]
Description=Address of this host
Before=network.target ssh.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'ip address replace $(cat /${ADDRESS_FILE}) dev host0 && ip link set host0 up'
[Install]
WantedBy=multi-user.target
`;

const SSHD = `HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
MaxStartups 100
MaxSessions 100
`;

/**
 * Gives the folder of a root file system with systemd, sshd and sudo that hosts share, each with a layer of its own above it. It is made the first time (a minute or two, and
 * 300 MB) and kept with what the lab has compiled.
 */
export async function ensureHostTree(
  settings: Settings,
  report: Say = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  await installPackages(report, signal, HERE);
  const key = keyOf([RELEASE, ...THERE, ADDRESS_UNIT, SSHD, PERSON]);
  return cachedFolder(settings.cache, "host-tree", key, async (aside) => {
    report("makes the root file system of the lab's hosts");
    const words = [
      "--variant=minbase",
      `--include=${THERE.join(",")}`,
      RELEASE,
      aside,
      await archive(),
    ];
    await run("debootstrap", words, { signal });
    await prepare(aside);
    // The folder of a cache is for its owner; root of a host is for all of its programs.
    await chmod(aside, 0o755);
  });
}

/** Where this machine has its own packages from. */
async function archive(): Promise<string> {
  const format = ["--format", "$(RELEASE) $(REPO_URI)"];
  const { stdout } = await run("apt-get", ["indextargets", ...format, "Created-By: Packages"]);
  const line = stdout.split("\n").find((one) => one.startsWith(`${RELEASE} `));
  if (line === undefined) throw new Error(`apt knows no archive of ${RELEASE}: run apt-get update`);
  return line.slice(RELEASE.length + 1);
}

async function prepare(tree: string): Promise<void> {
  const at = (...path: readonly string[]) => join(tree, ...path);
  await run("chroot", [tree, "useradd", "--create-home", "--shell", "/bin/bash", PERSON]);
  await writeFile(at("etc/sudoers.d", PERSON), `${PERSON} ALL=(ALL) NOPASSWD: ALL\n`, {
    mode: 0o440,
  });
  await writeFile(at("etc/ssh/sshd_config.d/lab.conf"), SSHD);
  // Each host has one of its own.
  for (const kind of ["rsa", "ecdsa", "ed25519"])
    for (const end of ["", ".pub"])
      await rm(at("etc/ssh", `ssh_host_${kind}_key${end}`), { force: true });
  await writeFile(at("etc/systemd/system/lab-address.service"), ADDRESS_UNIT);
  await run("chroot", [tree, "systemctl", "enable", "lab-address.service", "ssh.service"]);
  await mkdir(at("home", PERSON, ".ssh"), { mode: 0o700 });
  await run("chroot", [tree, "chown", "-R", `${PERSON}:${PERSON}`, `/home/${PERSON}`]);
  await rm(at("var/cache/apt/archives"), { recursive: true, force: true });
}
