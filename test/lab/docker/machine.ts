import { join } from "node:path";
import { ensureDaemon, runningDaemon, stopDaemon, type Daemon } from "../daemon";
import type { ProcessIdentity } from "../process-identity";
import { run } from "../run";
import type { Settings } from "../settings";

/** Name of the process that holds the namespaces. */
const HOLDER = "docker-host";

/** Marks every process of the Docker host, containers' shims included, by the lab's home. */
export const hostMark = "GATEWAYS_LAB_DOCKER_HOST";

/** Ends of the one cable between this machine and the Docker host, and the device on this side. */
export const CABLE = { device: "gwlab-docker", here: "10.246.0.1", there: "10.246.0.2" } as const;

// What Docker puts below /run, its containers' sockets too, is seen by the host alone and goes with it.
const HOLD = "mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up && exec sleep infinity";

const holder = ({ home }: Settings): Daemon => ({
  name: HOLDER,
  command: ["unshare", "--net", "--mount", "--propagation", "private", "/bin/sh", "-c", HOLD],
  env: { [hostMark]: home },
  listens: [],
  ready: async () => {
    const identity = await runningDaemon(home, HOLDER);
    if (identity === undefined) return false;
    const seen = await run("nsenter", [...into(identity.pid), "ip", "-o", "link", "show", "up"], {
      reject: false,
    });
    return seen.stdout.includes(": lo:");
  },
});

const into = (pid: number): readonly string[] => [
  "--target",
  String(pid),
  "--net",
  "--mount",
  "--",
];

/**
 * Leaves a network and a table of mounts that are a machine of their own for whatever runs in them: own addresses, own firewall, own `/run`. One cable connects
 * it with this machine.
 *
 * @returns the process that holds them
 */
export async function ensureMachine(settings: Settings): Promise<ProcessIdentity> {
  await ensureDaemon(settings.home, holder(settings));
  const identity = (await runningDaemon(settings.home, HOLDER))!;
  await ensureCable(identity.pid);
  return identity;
}

/** Words before a command that is to run on that machine. */
export const onMachine = ({
  pid,
}: Pick<ProcessIdentity, "pid">): readonly [string, ...string[]] => ["nsenter", ...into(pid)];

async function ensureCable(pid: number): Promise<void> {
  const { device, here, there } = CABLE;
  const inside = ["nsenter", "--target", String(pid), "--net", "--"] as const;
  const [enter, ...words] = inside;
  const seen = await run(enter, [...words, "ip", "-o", "address", "show", "eth0"], {
    reject: false,
  });
  if (seen.exitCode === 0 && seen.stdout.includes(` ${there}/`)) return;
  // A cable whose other end went with an earlier machine is gone already, unless somebody still holds that machine.
  await run("ip", ["link", "delete", device], { reject: false });
  await run("ip", [
    "link",
    "add",
    device,
    "type",
    "veth",
    "peer",
    "name",
    "eth0",
    "netns",
    String(pid),
  ]);
  await run("ip", ["address", "replace", `${here}/24`, "dev", device]);
  await run("ip", ["link", "set", device, "up"]);
  for (const args of [
    ["address", "replace", `${there}/24`, "dev", "eth0"],
    ["link", "set", "eth0", "up"],
    ["route", "replace", "default", "via", here],
  ])
    await run(enter, [...words, "ip", ...args]);
}

/** Lets go of the machine; it is gone once nothing runs in it any more. */
export async function removeMachine(settings: Settings): Promise<void> {
  await stopDaemon(settings.home, HOLDER, { signal: "SIGKILL" });
  await run("ip", ["link", "delete", CABLE.device], { reject: false });
}

/** Folder of everything that the Docker host keeps on disk. */
export const hostFolder = ({ home }: Pick<Settings, "home">): string => join(home, "docker");
