import type { DockerFacts, DockerInput } from "../gate-input";
import type { ContainerSpec } from "../objects/container-spec";
import { rolledOut, type DockerProduct, type ReleaseOnDocker } from "./product";

/** The oldest Docker that answers as it is read here. */
const OLDEST_DOCKER = "20.10.0";

/** What becomes of a database while it is saved and restored beside itself, as a share of it: its indexes are built anew. */
const COPY = 1.2;

/** What an upgrade asks of the host, beside what is there already. */
export function demandsOf({
  product,
  release,
  facts,
}: {
  readonly product: Pick<DockerProduct, "compose">;
  readonly release: ReleaseOnDocker;
  readonly facts: DockerFacts;
}): DockerInput["demands"] {
  const live = facts.host.observed ? facts.host.value.containers.map(({ name }) => name) : [];
  const missing = (specs: readonly ContainerSpec[]) =>
    specs.filter(({ name }) => !live.includes(name));
  const schema = missing([...release.data, release.migrate]);
  const rollout = missing(rolledOut(release));
  const { database } = facts;
  const bytes = database?.observed === true && rollout.length > 0 ? database.value.bytes : 0;
  return {
    oldestDocker: OLDEST_DOCKER,
    memory: [
      { chapter: "schema" as const, what: namesOf(schema), bytes: limitsOf(schema) },
      { chapter: "rollout" as const, what: namesOf(rollout), bytes: limitsOf(rollout) },
    ].filter(({ bytes: needed }) => needed > 0),
    disk:
      bytes === 0
        ? []
        : [{ what: "the copy that proves the backup", bytes: Math.ceil(bytes * COPY) }],
    finishedServices: product.compose.finished,
    takenServices: takenServices(product, release),
  };
}

/** Each service of a Compose file whose place ours take, with the names on the network of those that do. */
function takenServices(
  { compose: { database, cache, gateway, observer } }: Pick<DockerProduct, "compose">,
  { data, gateways, others }: ReleaseOnDocker,
): DockerInput["demands"]["takenServices"] {
  const aliasesOf = (specs: readonly ContainerSpec[], wanted?: string) =>
    specs.find(({ role }) => wanted === undefined || role === wanted)?.aliases ?? [];
  return {
    [database.service]: aliasesOf(data, database.role),
    [cache.service]: aliasesOf(data, cache.role),
    [gateway.service]: aliasesOf(gateways),
    [observer.service]: aliasesOf(others),
  };
}

const limitsOf = (specs: readonly ContainerSpec[]): number =>
  specs.reduce((sum, { memoryMiB }) => sum + memoryMiB * 1024 ** 2, 0);

const namesOf = (specs: readonly ContainerSpec[]): string =>
  specs.map(({ role }) => role).join(", ");
