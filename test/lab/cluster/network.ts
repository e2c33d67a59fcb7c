import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";
import { exists } from "../cache";
import type { Settings } from "../settings";
import { writeIfChanged } from "../write-file";

// Pods are routed by this machine, and Service rules must see traffic between two pods on the bridge.
const switches = ["net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"];

/** Makes the node's bridge device and the pods' network configuration, and lets this machine route. */
export async function ensureNetwork(settings: Settings): Promise<void> {
  await ensureBridge(settings);
  await turnOn(settings);
  await writeIfChanged(join(settings.home, "cni", "10-lab.conflist"), networkText(settings));
}

async function ensureBridge({ nodeBridge, nodeAddress }: Settings): Promise<void> {
  if (!(await hasLink(nodeBridge))) {
    await refuseForeignAddress(nodeAddress);
    await refuseForeignCluster();
    await run("ip", ["link", "add", nodeBridge, "type", "bridge"]);
  }
  await run("ip", ["address", "replace", `${nodeAddress}/24`, "dev", nodeBridge]);
  await run("ip", ["link", "set", nodeBridge, "up"]);
}

const hasLink = async (device: string): Promise<boolean> =>
  (await run("ip", ["link", "show", device], { reject: false })).exitCode === 0;

async function refuseForeignAddress(address: string): Promise<void> {
  const { stdout } = await run("ip", ["-o", "route", "get", address], { reject: false });
  if (!stdout.startsWith("local ")) return;
  throw new Error(
    `${address} belongs to another device of this machine; the lab needs it for its node`,
  );
}

// Two clusters would rewrite each other's rules, and taking the lab away would take the other's, too.
async function refuseForeignCluster(): Promise<void> {
  const { stdout } = await run("iptables-save", ["-t", "nat"], { reject: false });
  if (!stdout.includes(":KUBE-SERVICES ")) return;
  throw new Error(
    "another Kubernetes has rules in this machine's firewall; the lab needs a machine of its own. If they are left over from a lab, npm run lab -- down removes them.",
  );
}

async function turnOn(settings: Settings): Promise<void> {
  const notes = join(settings.home, "switches.json");
  const before: Record<string, string> = (await exists(notes))
    ? (JSON.parse(await readFile(notes, "utf8")) as Record<string, string>)
    : {};
  for (const name of switches) {
    const value = await readFile(`/proc/sys/${name}`, "utf8").catch(() => undefined);
    if (value !== undefined) before[name] ??= value.trim();
  }
  await writeIfChanged(notes, JSON.stringify(before));
  for (const name of Object.keys(before)) await writeFile(`/proc/sys/${name}`, "1");
}

function networkText({ podBridge, podRange, home }: Settings): string {
  const ranges = [[{ subnet: podRange }]];
  const ipam = {
    type: "host-local",
    dataDir: join(home, "cni-addresses"),
    ranges,
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return JSON.stringify({
    cniVersion: "0.4.0",
    name: networkName,
    plugins: [
      { type: "bridge", bridge: podBridge, isGateway: true, ipMasq: true, hairpinMode: true, ipam },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}

/** Name of the pods' network; CNI's own notes about it begin with this. */
export const networkName = "gateways-lab";

/** Takes the devices away and puts the machine's switches back; what is gone already is fine. */
export async function removeNetwork(settings: Settings): Promise<void> {
  for (const device of [settings.nodeBridge, settings.podBridge]) {
    await run("ip", ["link", "delete", device], { reject: false });
  }
  const notes = join(settings.home, "switches.json");
  if (!(await exists(notes))) return;
  const before = JSON.parse(await readFile(notes, "utf8")) as Record<string, string>;
  for (const [name, value] of Object.entries(before)) await writeFile(`/proc/sys/${name}`, value);
  await rm(notes);
}
