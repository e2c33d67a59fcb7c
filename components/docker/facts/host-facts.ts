import type { Observation } from "../../upgrade/observation";
import type { ImagePlatform } from "../objects/image-platform";

/** The daemon and its host, as far as the daemon tells. */
export interface DaemonFacts {
  /** The daemon's own id, which no other daemon has; "" if it has none. */
  readonly id: string;
  /** Name of the host. */
  readonly name: string;
  /** `24.0.7` */
  readonly version: string;
  /** Newest API that it speaks: `1.43`. */
  readonly apiVersion: string;
  readonly platform: ImagePlatform;
  readonly cpus: number;
  /** All memory of the host in bytes. */
  readonly memory: number;
  /** Its clock, in milliseconds since the epoch; undefined if it cannot be read. */
  readonly clock: number | undefined;
  /** When it was asked and when the answer was there, by the clock of this machine, in milliseconds since the epoch. */
  readonly asked: { readonly from: number; readonly to: number };
  /** Folder in which it keeps images, containers and volumes. */
  readonly root: string;
  /** Whether containers outlive it: `live-restore`; undefined if it does not say. */
  readonly liveRestore?: boolean | undefined;
}

/** A volume in a container, or a folder of the host. */
export interface MountFacts {
  readonly kind: "volume" | "bind" | "other";
  /** Name of the volume, or path on the host. */
  readonly source: string;
  /** Where the container sees it. */
  readonly path: string;
}

/** A port of the host that is given on to a container. */
export interface PortFacts {
  /** `0.0.0.0`, `::`, `127.0.0.1` */
  readonly address: string;
  readonly hostPort: number;
  /** Port of the container. */
  readonly port: number;
}

/** What one container is and how it is now. */
export interface ContainerFacts {
  readonly id: string;
  /** Without the slash before it. */
  readonly name: string;
  /** As it was asked for: `ghcr.io/mnemom/gateway:1.1.0`. */
  readonly image: string;
  /** `sha256:...` of the image's configuration. */
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** `none` if nothing checks it. */
  readonly health: "none" | "starting" | "healthy" | "unhealthy";
  readonly exitCode: number;
  /** True if the kernel has ended it for want of memory. */
  readonly outOfMemory: boolean;
  /** Times that Docker has started it again. */
  readonly restarts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Its last start, in milliseconds since the epoch; undefined if it never was started. */
  readonly startedAt: number | undefined;
  /** What its check has said last; "" if nothing checks it. */
  readonly healthSaid: string;
  /** Names of its variables, without values. */
  readonly environmentKeys: readonly string[];
  readonly mounts: readonly MountFacts[];
  readonly ports: readonly PortFacts[];
  /** Network names and what others call it there; `host` for the network of the host. */
  readonly networks: Readonly<Record<string, readonly string[]>>;
  readonly restart: string;
  /** From the signal until it is killed, in seconds; undefined if Docker's 10 s hold. */
  readonly stopSeconds: number | undefined;
  /** Most memory in bytes; 0 if there is no limit. */
  readonly memory: number;
  readonly log: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
}

/** An image that the host has. */
export interface HostImage {
  /** `sha256:...` */
  readonly id: string;
  /** `ghcr.io/mnemom/gateway:1.1.0` */
  readonly tags: readonly string[];
  /** `ghcr.io/mnemom/gateway@sha256:...`; empty if it was built here. */
  readonly digests: readonly string[];
  readonly platform: ImagePlatform;
  /** Room that its layers take on the disk, those that others share as well; undefined if the daemon does not tell. */
  readonly bytes?: number | undefined;
  /** Commit that it was built from, by its label; undefined if it has none. */
  readonly revision?: string | undefined;
}

/** What the host has left, in bytes. Undefined if nobody could look. */
export interface RoomFacts {
  /** Free on the disk with images and volumes. */
  readonly disk: Observation<number>;
  /** Memory that new processes may have without swapping: MemAvailable. */
  readonly memory: Observation<number>;
}

/** Who listens on a port of the host without Docker. */
export interface ListenerFacts {
  readonly address: string;
  readonly port: number;
}

/** One look at a Docker host. */
export interface HostFacts {
  readonly daemon: DaemonFacts;
  readonly containers: readonly ContainerFacts[];
  /** Names of its volumes. */
  readonly volumes: readonly string[];
  /** Names of its networks. */
  readonly networks: readonly string[];
  readonly images: readonly HostImage[];
  readonly room: RoomFacts;
  /** Names of the gateways that front proxies send to, or that have something open, and of those of which nobody could ask; undefined if no front proxy runs. */
  readonly serving?: readonly string[] | undefined;
  /** What listens on TCP ports, whoever it is. */
  readonly listeners: Observation<readonly ListenerFacts[]>;
  /** Lowest port on which a program without privileges may listen; undefined if the host does not tell. */
  readonly lowestPort?: number | undefined;
}
