import type { VerificationInput } from "../../steps/verification-input";
import type { Finding } from "../../upgrade/finding";
import type { ProductRules } from "../../upgrade/gate-input";
import type { Health } from "../../upgrade/product";
import type { BuildSource } from "../build/build-source";
import type { ComposeForm } from "../compose/adoption";
import type { DockerInput } from "../gate-input";
import type { ContainerSpec } from "../objects/container-spec";
import type { ProxyServer } from "../proxy/haproxy-config";
import type { DockerConfig, DockerSettings } from "./settings";

/** Everything that a release comes to on a Docker host, as plain values: a function of the stack file alone (law 1). */
export interface ReleaseOnDocker {
  readonly version: string;
  /** What is true of the product and of that release of it. */
  readonly rules: ProductRules;
  /** They stay over an upgrade: each has one name, since nothing may run twice on a volume. */
  readonly data: readonly ContainerSpec[];
  /** Runs once, before anything of the release starts. */
  readonly migrate: ContainerSpec;
  /** What takes requests, each beside those of the release before. */
  readonly gateways: readonly ContainerSpec[];
  /** What else is new with each release. */
  readonly others: readonly ContainerSpec[];
  readonly proxy: ContainerSpec;
  /** Images that are built on the host. @defaultValue all are pulled */
  readonly build?: BuildSource | undefined;
  /** Where the front proxy finds the gateways. */
  readonly servers: readonly ProxyServer[];
  /** Values of the secret variables of all containers. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Says what exactly was rolled out: a hash over all of the above. */
  readonly configHash: string;
}

/** The containers that take part in a rollout, in the order in which they are named. */
export const rolledOut = ({
  gateways,
  others,
  proxy,
}: ReleaseOnDocker): readonly ContainerSpec[] => [...gateways, ...others, proxy];

/** All containers of a release. */
export const containersOf = (release: ReleaseOnDocker): readonly ContainerSpec[] => [
  ...release.data,
  release.migrate,
  ...rolledOut(release),
];

/** What the gates of a product are asked about on a Docker host. */
export type GateInput<Settings extends DockerSettings = DockerSettings> = DockerInput & {
  readonly settings: Settings;
};

/**
 * What is true of a product on a Docker host: data and functions that touch nothing. The functions are methods, so that products with settings of their own
 * stand in one list; each is only ever given its own settings.
 */
export interface DockerProduct<Settings extends DockerSettings = DockerSettings> {
  /** Key of its settings in a stack file. */
  readonly name: string;
  readonly health: Health;
  release(config: DockerConfig & { readonly settings: Settings }): Promise<ReleaseOnDocker>;
  /** Where PostgreSQL has its data in its container. */
  readonly dataPath: string;
  /** Table in which its migrations are listed. */
  readonly trackingTable: string;
  /** Key of the environment that holds the connection string. */
  readonly databaseKey: string;
  /** What its services are called in a Compose file. */
  readonly compose: ComposeForm;
  /** Names of all settings of its containers, sorted and without their values. */
  settingNames(config: DockerConfig): readonly string[];
  /** What its containers call their version; undefined if they do not know it. */
  reportedVersion(settings: Settings): string | undefined;
  /** What only the product checks of itself in a verification; nothing if there is nothing to check. */
  checks(settings: Settings): Pick<VerificationInput, "checks">;
  /** What all its gates say. @param all - all gateways of the stack on Docker hosts, this one among them */
  ask(input: GateInput<Settings>, all: readonly DockerInput[]): readonly Finding[];
}
