import type {
  ContainerFacts,
  DaemonFacts,
  HostFacts,
} from "../../components/docker/facts/host-facts";
import type { ContainerSpec } from "../../components/docker/objects/container-spec";
import { observed } from "../../components/upgrade/observation";

export const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** A daemon of a host with 4 GiB memory whose clock is right, changed as said. */
export const daemonFacts = (change: Partial<DaemonFacts> = {}): DaemonFacts => ({
  id: "D-1",
  name: "edge-1",
  version: "24.0.7",
  apiVersion: "1.43",
  platform: { os: "linux", architecture: "amd64" },
  cpus: 2,
  memory: 4 * gibibyte,
  clock: 1_000_000,
  asked: { from: 1_000_000, to: 1_000_100 },
  root: "/var/lib/docker",
  ...change,
});

/** A host without any container, with 10 GiB disk and 2 GiB memory free, changed as said. */
export const host = (change: Partial<HostFacts> = {}) =>
  observed<HostFacts>({
    daemon: daemonFacts(),
    containers: [],
    volumes: [],
    networks: [],
    images: [],
    room: { disk: observed(10 * gibibyte), memory: observed(2 * gibibyte) },
    listeners: observed([]),
    ...change,
  });

/** A running container that somebody has made by hand, changed as said. */
export const container = (change: Partial<ContainerFacts> = {}): ContainerFacts => ({
  id: "c0ffee",
  name: "somebody",
  image: "busybox:1",
  imageId: "sha256:1",
  labels: {},
  state: "running",
  health: "none",
  exitCode: 0,
  outOfMemory: false,
  restarts: 0,
  createdAt: 1,
  startedAt: 1,
  healthSaid: "",
  environmentKeys: [],
  mounts: [],
  ports: [],
  networks: {},
  restart: "unless-stopped",
  stopSeconds: 20,
  memory: 512 * mebibyte,
  log: { driver: "json-file", options: {} },
  ...change,
});

/** One that this program has made for the gateway smoltbot. */
export const ours = (role: string, change: Partial<ContainerFacts> = {}): ContainerFacts =>
  container({
    name: `smoltbot-${role}`,
    labels: { "gateways.instance": "smoltbot", "gateways.role": role },
    ...change,
  });

/** One of the Compose project smoltbot. */
export const composed = (service: string, change: Partial<ContainerFacts> = {}): ContainerFacts =>
  container({
    name: `smoltbot-${service}-1`,
    labels: {
      "com.docker.compose.project": "smoltbot",
      "com.docker.compose.service": service,
      "com.docker.compose.project.working_dir": "/srv/smoltbot/deploy/docker",
    },
    ...change,
  });

/** The spec of a container that is as it is to be, changed as said. */
export const spec = (change: Partial<ContainerSpec> = {}): ContainerSpec => ({
  role: "gateway",
  name: "smoltbot-gateway",
  image: "busybox:1",
  environment: {},
  secretKeys: [],
  labels: {},
  network: "smoltbot_default",
  aliases: [],
  volumes: [],
  tmpfs: [],
  ports: [],
  health: undefined,
  restart: "unless-stopped",
  stopSeconds: 20,
  log: { maxSizeMiB: 10, files: 5 },
  memoryMiB: 512,
  cpus: 1,
  readOnly: false,
  dropCapabilities: false,
  ...change,
});
