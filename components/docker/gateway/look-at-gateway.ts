import * as pulumi from "@pulumi/pulumi";
import { lookAtData } from "../../gateway/look-at-data";
import type { DataReach } from "../../gateway/look-at-backups";
import type { clientVersion } from "../../postgres/client-version";
import type { DatabaseSource } from "../../postgres/database-source";
import { lookAtImages, type ImagesThere } from "../../registry/look-at-images";
import { fullName } from "../../registry/manifest-place";
import type { Identity } from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readEvidence } from "../../upgrade/evidence/read-evidence";
import type { StackOutputs } from "../../upgrade/evidence/stack-outputs";
import type { ImageFacts } from "../../upgrade/facts";
import { observe, observed, unavailable, type Observation } from "../../upgrade/observation";
import { longestHostLook } from "../api/look-at-docker";
import { lookAtSource } from "../build/look-at-source";
import { readDataMajor } from "../facts/data-major";
import { isDatabaseAway } from "../facts/database-away";
import type { HostFacts, HostImage } from "../facts/host-facts";
import { lookAtProject } from "../facts/look-at-project";
import { imageOn, lookAtPulls } from "../facts/look-at-pulls";
import type { DockerFacts } from "../gate-input";
import { findContainerAt } from "../platform/find-container";
import { volumesOf } from "../settings";
import { containersOf, type DockerProduct, type ReleaseOnDocker } from "./product";
import type { DockerConfig } from "./settings";

/** The ways to what is live, shared by all gateways of a run: what one of them has asked is not asked again. */
export interface Sources {
  readonly outputs: StackOutputs;
  /** One look at each Docker host. */
  readonly host: (docker: DockerConfig["settings"]["docker"]) => Promise<Observation<HostFacts>>;
  readonly registry: (image: string) => Promise<Observation<ImageFacts>>;
  readonly ownVersion: typeof clientVersion;
}

/** What to look at. */
export interface GatewayLook {
  readonly product: DockerProduct;
  readonly config: DockerConfig;
  readonly release: ReleaseOnDocker;
  readonly source: DatabaseSource;
  /** By what the stack knows the gateway. */
  readonly known: Identity;
  /** What of that is on record. */
  readonly record: Identity | undefined;
}

/** How a look at databases and backups reaches what runs on the host. */
const reach: DataReach = {
  find: findContainerAt,
  seconds: longestHostLook,
  external: () => Promise.reject(new Error("a Docker host tells of no backups")),
};

/** One look at everything live, all at once and without a change: only gates and reports may read it (law 1). */
export async function lookAtGateway(
  { product, config, release, source: database, known, record }: GatewayLook,
  { outputs, host: lookAt, registry, ownVersion }: Sources,
): Promise<DockerFacts> {
  const { name, settings, promotion } = config;
  const evidence = outputNames(name).evidence;
  const looking = lookAt(settings.docker);
  const names = [...new Set(containersOf(release).map(({ image }) => image))];
  const { build } = release;
  const isBuilt = (image: string) => build?.images.some((one) => one.image === image) === true;
  const missing = looking.then((found) =>
    names.filter(
      (image) => found.observed && !isBuilt(image) && !imageOn(found.value.images, image),
    ),
  );
  const [host, pulls, images, source, dataMajor, compose, data, own, staging] = await Promise.all([
    looking,
    missing.then((pulled) => lookAtPulls(settings.docker, pulled)),
    lookAtImages(names, looking.then(imagesThere), (image) =>
      // No registry has it: the gates of its source say whether it can be built.
      isBuilt(image) ? Promise.resolve(observed({ exists: true, digests: [] })) : registry(image),
    ),
    build && observe(() => lookAtSource(build)),
    looking.then((found) => lookAtMajor(found, product, config)),
    settings.adopt
      ? looking.then((found) => lookAtCompose(found, { product, config, release }))
      : undefined,
    lookAtData({
      config,
      source: database,
      trackingTable: product.trackingTable,
      // Only the containers' own network knows the name in it.
      podsUrl: undefined,
      stack: known.stack,
      reach,
      ownVersion,
    }),
    outputs(pulumi.getStack()),
    promotion && outputs(promotion.from),
  ]);
  const ownEvidence = readEvidence(own, evidence);
  const isAway = isAwayOn(host, config, { source: database, own: ownEvidence });
  return {
    now: Date.now(),
    host,
    databaseAway: isAway,
    platforms: platformsOf(names, { host, pulls, isBuilt }),
    pulls,
    source,
    dataMajor,
    compose,
    images,
    ...data,
    // Nobody can look before the run has made its container; the steps look then.
    ...(isAway ? { database: undefined } : {}),
    identity: record,
    own: ownEvidence,
    staging: staging && readEvidence(staging, evidence),
  };
}

/** Whether the container of the database is one that this run makes first. */
function isAwayOn(
  host: Observation<HostFacts>,
  { settings: { adopt, docker } }: DockerConfig,
  { source, own }: { readonly source: DatabaseSource; readonly own: DockerFacts["own"] },
): boolean {
  if (!host.observed || source.kind !== "pod" || adopt) return false;
  const verified = own.observed && own.value !== undefined;
  const container = { name: source.pod ?? "", gateway: docker.project, verified };
  return isDatabaseAway(host.value, container);
}

/** What of a host tells which images are there already. */
const imagesThere = (host: Observation<HostFacts>): Observation<ImagesThere> =>
  host.observed
    ? observed({ nodes: host.value.images.map((image) => nodeOf(image)), pods: [] })
    : host;

const nodeOf = ({ tags, digests }: HostImage) => {
  const images = tags.map(fullName);
  const known = digests.flatMap((name) => name.split("@")[1] ?? []);
  return { images, digests: Object.fromEntries(images.map((image) => [image, known])) };
};

/** What each image is made for: one that the host has, one that it builds, and one that it would have to pull. */
function platformsOf(
  names: readonly string[],
  {
    host,
    pulls,
    isBuilt,
  }: Pick<DockerFacts, "host" | "pulls"> & { readonly isBuilt: (image: string) => boolean },
): DockerFacts["platforms"] {
  const all = host.observed ? host.value.images : [];
  return Object.fromEntries(
    names.map((name) => {
      const found = imageOn(all, name);
      if (found !== undefined) return [name, observed([found.platform])];
      if (host.observed && isBuilt(name)) return [name, observed([host.value.daemon.platform])];
      const pull = pulls[name];
      return [
        name,
        pull?.observed === true && pull.value.platforms.length > 0
          ? observed(pull.value.platforms)
          : unavailable("the host does not have it yet"),
      ];
    }),
  );
}

const lookAtMajor = async (
  host: Observation<HostFacts>,
  { dataPath }: DockerProduct,
  { settings }: DockerConfig,
): Promise<DockerFacts["dataMajor"]> =>
  host.observed
    ? observe(() =>
        readDataMajor(settings.docker, host.value, {
          volume: volumesOf(settings.docker).database,
          path: dataPath,
        }),
      )
    : host;

const lookAtCompose = async (
  host: Observation<HostFacts>,
  { product, config, release }: Pick<GatewayLook, "product" | "config" | "release">,
): Promise<NonNullable<DockerFacts["compose"]>> => {
  if (!host.observed) return host;
  const { docker } = config.settings;
  const given = { ...release.gateways[0]?.environment, ...release.secrets };
  return observe(() =>
    lookAtProject(docker, { project: docker.project, form: product.compose }, given),
  );
};
