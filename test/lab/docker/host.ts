import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, keyOf } from "../cache";
import { endLeftovers } from "../cluster/containers";
import { preferContainers } from "../container-share";
import { ensureDaemon, runningDaemon, stopDaemon, type Daemon } from "../daemon";
import { withLock } from "../lock";
import { daemonAt } from "../plugins/docker/daemon";
import type { ProcessIdentity } from "../process-identity";
import { run } from "../run";
import type { Settings } from "../settings";
import { until } from "../until";
import { writeIfChanged } from "../write-file";
import { controlGroup, removeControlGroup } from "../control-groups";
import { CABLE, ensureMachine, hostFolder, hostMark, onMachine, removeMachine } from "./machine";
import { ensureDockerPrograms, programPath, SYSTEM_PATH } from "./programs";

const DOCKERD = "dockerd";
const CONTAINERD_PID = "/run/docker/containerd/containerd.pid";

/** A host with a Docker daemon, as the lab's users see it. */
export interface DockerHost {
  /** The daemon's socket on this machine. */
  readonly socket: string;
  /** The same as an address of Docker: `unix:///var/lib/gateways-lab/docker/docker.sock`. */
  readonly url: string;
  /** Address of the host, where this machine reaches ports that containers publish. */
  readonly address: string;
  /** Address of this machine as containers reach it. */
  readonly outside: string;
}

export const dockerHost = (settings: Settings): DockerHost => {
  const socket = join(hostFolder(settings), "docker.sock");
  return { socket, url: `unix://${socket}`, address: CABLE.there, outside: CABLE.here };
};

/**
 * Leaves a real Docker daemon running, on a host of its own: data root, `/run`, network, firewall and control groups are apart from those of this machine and of
 * the lab's cluster. What runs already is reused; the daemon that was killed is started again and finds its containers.
 *
 * No other part of the lab has to be up. Images are brought in by `bringDockerImages`.
 *
 * @param report - is given one plain line at a time about what takes long
 */
export async function ensureDockerHost(
  settings: Settings,
  report: (line: string) => void = () => undefined,
): Promise<DockerHost> {
  return withHostLock(settings, report, async () => {
    await ensureDockerPrograms(report, new AbortController().signal);
    await mkdir(hostFolder(settings), { recursive: true });
    const machine = await ensureMachine(settings);
    if ((await dockerdProcess(settings)) === undefined) await forgetProcesses(machine);
    await ensureDaemon(settings.home, await dockerd(settings, machine));
    return dockerHost(settings);
  });
}

/**
 * Removes the numbers of a daemon that is gone, and of its containerd, which goes with it. One that was killed could not do so, and where nobody reaps it, its
 * number still looks like that of a process: the next one would take itself for the second.
 */
async function forgetProcesses(machine: ProcessIdentity): Promise<void> {
  const [enter, ...words] = onMachine(machine);
  await run(enter, [...words, "rm", "-f", "/run/docker.pid", CONTAINERD_PID]);
}

/** Does the work while nobody else changes the Docker host of this lab. */
export function withHostLock<T>(
  settings: Settings,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  // In the cache: a lock that is removed while others wait for it guards nothing.
  return withLock(join(settings.cache, `lock-docker-${keyOf([settings.home])}`), report, work);
}

async function dockerd(settings: Settings, machine: ProcessIdentity): Promise<Daemon> {
  const { home } = settings;
  const folder = hostFolder(settings);
  const { url } = dockerHost(settings);
  // Whatever a daemon of this machine is told is not for this one.
  const config = configFile(settings);
  if (!(await exists(config))) await writeFile(config, "{}\n");
  const program = await programPath("dockerd");
  await preferContainers(controlGroup(home, "docker"));
  return {
    name: DOCKERD,
    command: [
      ...onMachine(machine),
      program,
      `--config-file=${config}`,
      `--data-root=${join(folder, "data")}`,
      // The second one is where a client on the host looks for it, and whoever comes by SSH.
      ...["--host", url, "--host", "unix:///run/docker.sock"],
      "--exec-opt=native.cgroupdriver=cgroupfs",
      `--cgroup-parent=${controlGroup(home, "docker")}`,
      `--userland-proxy-path=${await programPath("docker-proxy")}`,
      `--init-path=${await programPath("docker-init")}`,
      "--pidfile=/run/docker.pid",
      "--shutdown-timeout=5",
    ],
    env: { [hostMark]: home, PATH: SYSTEM_PATH.join(":") },
    // A daemon in the namespaces of an earlier machine serves nobody.
    reads: [JSON.stringify(machine)],
    listens: [],
    ready: async () => (await daemonAt(url).ask("GET", "/_ping")).status === 200,
    readySeconds: 120,
  };
}

const configFile = (settings: Settings): string => join(hostFolder(settings), "daemon.json");

/** Has containers outlive the daemon, or not, as an edit of its file and a reload do; without it a daemon that comes back after a crash stops them. */
export async function switchLiveRestore(settings: Settings, on: boolean): Promise<void> {
  await writeIfChanged(configFile(settings), `${JSON.stringify({ "live-restore": on })}\n`);
  const daemon = daemonAt(dockerHost(settings).url);
  const isSwitched = async () =>
    ((await daemon.must("GET", "/info")) as { readonly LiveRestoreEnabled: boolean })
      .LiveRestoreEnabled === on;
  process.kill((await dockerdProcess(settings))!.pid, "SIGHUP");
  await until(`live-restore is ${on ? "on" : "off"}`, isSwitched, { seconds: 30 });
}

/** The daemon's process, to be killed hard; undefined if none runs. */
export const dockerdProcess = ({ home }: Settings): Promise<ProcessIdentity | undefined> =>
  runningDaemon(home, DOCKERD);

/** Stops the daemon and every container, and removes all that the host had; a host that is gone is fine. */
export async function removeDockerHost(settings: Settings): Promise<void> {
  const { home } = settings;
  for (const name of ["docker-sshd-22", "docker-sshd-2222", "docker-ssh-agent"])
    await stopDaemon(home, name);
  await stopDaemon(home, DOCKERD, { graceSeconds: 20 });
  // What a killed daemon has left running, and the machine itself.
  await endLeftovers(home, hostMark);
  await removeMachine(settings);
  await removeControlGroup(controlGroup(home, "docker"));
  await rm(hostFolder(settings), { recursive: true, force: true });
}
