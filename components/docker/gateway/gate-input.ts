import { configPaths } from "../../upgrade/config-paths";
import type { NamedImage } from "../../upgrade/image-name";
import type { Plan } from "../../upgrade/plan/plan";
import type { ContainerFacts } from "../facts/host-facts";
import type { DockerFacts } from "../gate-input";
import { GATEWAY_LABEL, ROLE_LABEL, type ContainerSpec } from "../objects/container-spec";
import { volumesOf } from "../settings";
import { demandsOf } from "./demands";
import { namedDatabases } from "./named-databases";
import { containersOf, type DockerProduct, type GateInput, type ReleaseOnDocker } from "./product";
import type { DockerConfig } from "./settings";

/** What one gateway is to be, what was found of it, and the plan. */
export interface GateSubject {
  readonly product: DockerProduct;
  readonly config: DockerConfig;
  readonly release: ReleaseOnDocker;
  readonly facts: DockerFacts;
  readonly plan: Plan;
}

/** What the gates are asked about one gateway. */
export function gateInput({ product, config, release, facts, plan }: GateSubject): GateInput {
  const { name, settings, promotion } = config;
  const containers = containersOf(release);
  const live = facts.host.observed ? facts.host.value.containers : undefined;
  return {
    ...configPaths(product.name, config.instance),
    name,
    product: release.rules,
    settings: { values: {}, ...settings },
    secrets: release.secrets,
    promotion,
    databases: namedDatabases(product, config, release),
    release: {
      configHash: release.configHash,
      images: imagesOf(containers),
      chart: undefined,
      settings: product.settingNames(config),
      containers,
      data: release.data,
      build: release.build,
      databaseImage: release.data.find(({ role }) => role === "postgres")?.image,
    },
    facts,
    plan,
    running: live?.filter((one) => isServing(one, settings.docker.project)).map((one) => one.name),
    removal: {
      takes: `its containers and the network that it made`,
      leaves: `volumes ${Object.values(volumesOf(settings.docker)).join(", ")} and the dumps`,
    },
    demands: demandsOf({
      ...{ product, release, facts, plan },
      provesHere: facts.scratch === undefined && facts.external === undefined,
    }),
  };
}

const isServing = ({ labels, state }: ContainerFacts, gateway: string): boolean =>
  labels[GATEWAY_LABEL] === gateway && labels[ROLE_LABEL] === "gateway" && state === "running";

const imagesOf = (containers: readonly ContainerSpec[]): readonly NamedImage[] => {
  const named = containers.map(({ role, image }) => ({ at: `container ${role}`, image }));
  return named.filter(
    ({ image }, index) => named.findIndex((one) => one.image === image) === index,
  );
};
