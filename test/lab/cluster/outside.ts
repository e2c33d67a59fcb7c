import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../cache";
import { forgetContainers } from "../container-share";
import { run } from "../run";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";
import { networkName } from "./network";
import { PODS } from "./node";

// Folders that kubelet, CNI and containerd make outside of the lab's home, whatever one tells them; deepest first.
const folders = [
  "/var/lib/kubelet/device-plugins",
  "/var/lib/kubelet",
  "/var/lib/cni/results",
  "/var/lib/cni",
  "/var/log/containers",
  "/run/containerd/s",
  "/run/containerd/fifo",
  "/run/containerd/runc/k8s.io",
  "/run/containerd/runc",
  "/run/containerd",
  "/run/netns",
];

const notes = (home: string): string => join(home, "outside.json");
const tasks = (home: string): string =>
  join(home, "containerd", "state", "io.containerd.runtime.v2.task", "k8s.io");

/** Notes once, before anything starts, which of the shared folders this machine had already. */
export async function noteOutside(settings: Settings): Promise<void> {
  if (await exists(notes(settings.home))) return;
  const made: string[] = [];
  for (const folder of folders) if (!(await exists(folder))) made.push(folder);
  await writeIfChanged(notes(settings.home), JSON.stringify(made));
}

/** Removes what the lab's containers left outside of its home; needs the home still there, and the containers gone. */
export async function removeOutside({ home }: Settings): Promise<void> {
  const containers = await readdir(tasks(home)).catch(() => []);
  for (const id of containers) await removeTraces(home, id);
  await forgetContainers(PODS);
  await removeNetworkNotes(home);
  await removeLogLinks(home);
  const text = await readFile(notes(home), "utf8").catch(() => "[]");
  for (const folder of JSON.parse(text) as readonly string[]) await removeFolder(folder);
}

async function removeTraces(home: string, id: string): Promise<void> {
  const address = await readFile(join(tasks(home), id, "address"), "utf8").catch(() => "");
  if (address.startsWith("unix:///run/containerd/s/")) {
    await rm(address.trim().slice("unix://".length), { force: true });
  }
  await rm(join("/run/containerd/runc/k8s.io", id), { recursive: true, force: true });
  for (const hierarchy of await readdir("/sys/fs/cgroup")) {
    const parent = join("/sys/fs/cgroup", hierarchy, PODS);
    await rmdir(join(parent, id)).catch(() => undefined);
    await rmdir(parent).catch(() => undefined);
  }
}

interface NetworkNote {
  readonly containerId: string;
  /** The network's configuration in base 64. */
  readonly config: string;
  readonly result: { readonly interfaces: readonly { readonly sandbox?: string }[] };
}

// The CNI library keeps a note per pod, which names the pod's network namespace.
async function removeNetworkNotes(home: string): Promise<void> {
  const folder = "/var/lib/cni/results";
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${networkName}-`)) continue;
    const note = JSON.parse(await readFile(join(folder, name), "utf8")) as NetworkNote;
    // Another lab on this machine has a network of the same name.
    if (!Buffer.from(note.config, "base64").toString().includes(`"${home}/`)) continue;
    for (const { sandbox } of note.result.interfaces) {
      if (sandbox !== undefined) await removeNamespace(sandbox);
    }
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `cni-loopback-${note.containerId}-lo`), { force: true });
  }
}

async function removeNamespace(path: string): Promise<void> {
  await run("umount", ["--lazy", path], { reject: false });
  await rm(path, { force: true });
}

// The kubelet links each container's log into a folder of the machine.
async function removeLogLinks(home: string): Promise<void> {
  const found = await run("find", ["/var/log/containers", "-lname", `${home}/*`], {
    reject: false,
  });
  for (const path of found.stdout.split("\n").filter((line) => line !== "")) {
    await rm(path, { force: true });
  }
}

async function removeFolder(folder: string): Promise<void> {
  for (const name of ["kubelet.sock", "DEPRECATION"]) await rm(join(folder, name), { force: true });
  // Whoever else put something there keeps it.
  await rmdir(folder).catch(() => undefined);
}
