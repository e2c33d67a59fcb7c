import {
  GATEWAY_LABEL,
  RELEASE_LABEL,
  ROLE_LABEL,
  type ContainerSpec,
} from "../../docker/objects/container-spec";
import { networkOf, type DockerPlace } from "../../docker/settings";

/** What the containers of one release are made from. */
export interface SmoltbotOnDocker {
  /** The wanted release: `1.1.0`. */
  readonly version: string;
  readonly place: DockerPlace;
  /** Number of gateways behind the front proxy. */
  readonly replicas: number;
  /** Each with a tag or a digest that does not move. */
  readonly images: {
    readonly gateway: string;
    readonly migrate: string;
    readonly postgres: string;
    readonly redis: string;
    readonly proxy: string;
  };
  /** Name of the database and of the role that owns it, as the volume was made. */
  readonly database: { readonly name: string; readonly user: string };
  /** Environment of gateway and observer without secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Secret variables. POSTGRES_PASSWORD and POSTGRES_URL are those of the database. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Roles whose limits a stack file sets. */
export type Role = keyof DockerPlace["limits"];

/** What all containers have in common; each says what it has otherwise. */
export function common({ version, place }: SmoltbotOnDocker, role: Role): ContainerSpec {
  const { memoryMiB, cpus } = place.limits[role];
  return {
    role,
    name: `${place.project}-${role}`,
    image: "",
    environment: {},
    secretKeys: [],
    labels: { [GATEWAY_LABEL]: place.project, [ROLE_LABEL]: role, ...releaseOf(role, version) },
    network: networkOf(place),
    aliases: [],
    volumes: [],
    tmpfs: [],
    ports: [],
    health: undefined,
    restart: "unless-stopped",
    stopSeconds: place.stopSeconds,
    log: place.log,
    memoryMiB,
    cpus,
    readOnly: false,
    dropCapabilities: false,
  };
}

/** Only what is new with each release carries it: a database is not made anew because the gateway is. */
const releaseOf = (role: Role, version: string): Readonly<Record<string, string>> =>
  role === "gateway" || role === "observer" || role === "migrate"
    ? { [RELEASE_LABEL]: version }
    : {};
