import type { CoreFacts } from "../upgrade/facts";
import type { CoreInput, CoreRelease, CoreSettings } from "../upgrade/gate-input";
import type { Observation } from "../upgrade/observation";
import type { Consent } from "../upgrade/plan/consent";
import type { BuildSource } from "./build/build-source";
import type { SourceFacts } from "./build/look-at-source";
import type { HostFacts } from "./facts/host-facts";
import type { ProjectLook } from "./facts/look-at-project";
import type { PullFacts } from "./facts/look-at-pulls";
import type { DiskNeed } from "./gates/host-disk";
import type { MemoryNeed } from "./gates/host-memory";
import type { ContainerSpec } from "./objects/container-spec";
import type { ImagePlatform } from "./objects/image-platform";
import type { DockerPlace } from "./settings";

/** Everything live that a gate may judge where the product runs on a Docker host. */
export interface DockerFacts extends CoreFacts {
  readonly host: Observation<HostFacts>;
  /** Platforms of each image, by its name. */
  readonly platforms: Readonly<Record<string, Observation<readonly ImagePlatform[]>>>;
  /** What the daemon was told of each image that it would have to pull, by its name. */
  readonly pulls: Readonly<Record<string, Observation<PullFacts>>>;
  /** Major version of PostgreSQL's data in its volume; undefined if it is empty or not there. */
  readonly dataMajor: Observation<string | undefined>;
  /** True if nobody can look at the database before this run has made its container. @defaultValue false */
  readonly databaseAway?: boolean;
  /** The Compose project that is to be taken over. @defaultValue none is */
  readonly compose?: Observation<ProjectLook> | undefined;
  /** What the images are built from. @defaultValue none is built */
  readonly source?: Observation<SourceFacts> | undefined;
}

/** The wanted release as containers. */
export interface DockerRelease extends CoreRelease {
  /** Everything that is to run, and what runs once. */
  readonly containers: readonly ContainerSpec[];
  /** What stays over an upgrade: database and Redis. */
  readonly data: readonly ContainerSpec[];
  /** Image of PostgreSQL; undefined if the database is elsewhere. */
  readonly databaseImage: string | undefined;
  /** Images that are built on the host. @defaultValue all are pulled */
  readonly build?: BuildSource | undefined;
}

/** What the stack file says of a gateway on a Docker host that gates ask about. */
export interface DockerSettings extends CoreSettings {
  readonly docker: DockerPlace;
  readonly consents: CoreSettings["consents"] & { readonly orphans?: Consent | undefined };
}

/** Everything that gates are asked about where the product runs on a Docker host. */
export interface DockerInput extends CoreInput {
  readonly settings: DockerSettings;
  readonly release: DockerRelease;
  readonly facts: DockerFacts;
  /** What the product asks of the host. */
  readonly demands: {
    /** `24.0.0`; undefined if it says nothing. */
    readonly oldestDocker: string | undefined;
    readonly memory: readonly MemoryNeed[];
    readonly disk: readonly DiskNeed[];
    /** Services that ran once and that newer Compose files lack. */
    readonly finishedServices: readonly string[];
    /** Its services in a Compose file that this program takes the place of, and the names by which others reach ours on the network. */
    readonly takenServices: Readonly<Record<string, readonly string[]>>;
  };
}

/** `Docker at ssh://root@edge-1` */
export const daemonOf = ({ settings }: Pick<DockerInput, "settings">): string =>
  `Docker at ${settings.docker.host}`;
