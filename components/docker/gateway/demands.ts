import { fullName } from "../../registry/manifest-place";
import { counted } from "../../upgrade/counted";
import { readImage } from "../../upgrade/image-name";
import type { Plan } from "../../upgrade/plan/plan";
import type { HostImage } from "../facts/host-facts";
import { imageOn } from "../facts/look-at-pulls";
import { missingFrom } from "../facts/missing-from";
import type { DockerFacts, DockerInput } from "../gate-input";
import type { ContainerSpec } from "../objects/container-spec";
import { containersOf, rolledOut, type DockerProduct, type ReleaseOnDocker } from "./product";

/** The oldest Docker that answers as it is read here. */
const OLDEST_DOCKER = "20.10.0";

/** What becomes of a database while it is saved and restored beside itself, as a share of it: its indexes are built anew. */
const COPY = 1.2;

/** What an image counts for of which the host has no other release: more than any of those that this program runs by default takes. */
const UNKNOWN_IMAGE = 512 * 1024 ** 2;

/** What an upgrade asks of the host, beside what is there already. */
export function demandsOf({
  product,
  release,
  facts,
  plan,
  provesHere,
}: {
  readonly plan: Pick<Plan, "cameBack">;
  /** True if a dump is restored on the server of the database itself. */
  readonly provesHere: boolean;
  readonly product: Pick<DockerProduct, "compose">;
  readonly release: ReleaseOnDocker;
  readonly facts: DockerFacts;
}): DockerInput["demands"] {
  const { containers = [], images = [] } = facts.host.observed ? facts.host.value : {};
  const missing = (specs: readonly ContainerSpec[]) => {
    const names = missingFrom(
      containers,
      specs.map(({ name }) => name),
    );
    return specs.filter(({ name }) => names.includes(name));
  };
  const schema = missing([...release.data, release.migrate]);
  const rollout = missing(rolledOut(release));
  const { database } = facts;
  // A way back that leaves the database alone copies nothing.
  const copies = rollout.length > 0 && plan.cameBack === undefined && provesHere;
  const bytes = database?.observed === true && copies ? database.value.bytes : 0;
  return {
    oldestDocker: OLDEST_DOCKER,
    memory: [
      { chapter: "schema" as const, what: namesOf(schema), bytes: limitsOf(schema) },
      { chapter: "rollout" as const, what: namesOf(rollout), bytes: limitsOf(rollout) },
    ].filter(({ bytes: needed }) => needed > 0),
    disk: [
      imagesToCome(release, images),
      { what: "the copy that proves the backup", bytes: Math.ceil(bytes * COPY) },
    ].filter(({ bytes: needed }) => needed > 0),
    finishedServices: product.compose.finished,
    takenServices: takenServices(product, release),
  };
}

/** Images that the host has not: each as large as the largest of its name that it has, since nobody tells before it is pulled or built. */
function imagesToCome(release: ReleaseOnDocker, images: readonly HostImage[]) {
  const names = new Set(containersOf(release).map(({ image }) => image));
  const missing = [...names].filter((name) => imageOn(images, name) === undefined);
  const sizes = missing.map((name) => {
    const alike = images.filter(({ tags }) => tags.some((tag) => isNamed(tag, name)));
    return Math.max(0, ...alike.map(({ bytes = 0 }) => bytes)) || UNKNOWN_IMAGE;
  });
  return {
    what: `${counted(missing.length, "image")} to pull or to build`,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

const isNamed = (one: string, other: string): boolean =>
  readImage(fullName(one)).repository === readImage(fullName(other)).repository;

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
