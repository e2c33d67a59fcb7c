import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { GatewayConfig } from "../../config/schema";
import * as pulumi from "@pulumi/pulumi";
import { readPrometheusFacts } from "../../prometheus/read-prometheus-facts";
import { lookAtImages } from "../../registry/look-at-images";
import type { Identity } from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readEvidence } from "../../upgrade/evidence/read-evidence";
import type { CoreFacts } from "../../upgrade/facts";
import { deletedBelow } from "../../upgrade/plan/hops";
import { observe } from "../../upgrade/observation";
import { openCluster } from "../api/client";
import { readClusterUid } from "../api/cluster-uid";
import type { Clusters } from "../api/clusters";
import type { Json, JsonList } from "../api/json";
import type { ObjectName } from "../api/paths";
import type { AdoptionFacts, ClusterFacts, KubernetesFacts } from "../facts/cluster-facts";
import { readAdoptionFacts } from "../facts/read-adoption";
import { podFacts, readClusterFacts } from "../facts/read-cluster-facts";
import { recordName } from "../helm/chart-record";
import { readExternalBackup } from "../platform/external-backup";
import { findContainerWith } from "../platform/find-container";
import { imagesOf } from "../objects/images";
import { workloadPath } from "../objects/workload-kind";
import { consentedDescent } from "./consented-descent";
import { declaredObjects } from "./declared-objects";
import type { DataReach } from "../../gateway/look-at-backups";
import { lookAtData, NO_DATA } from "../../gateway/look-at-data";
import type { KubernetesProduct, KubernetesRelease } from "./product";
import { runningVersions } from "./running-pods";
import type { Sources } from "./sources";
import type { KubernetesGateway, KubernetesSettings } from "./settings";

/** What to look at. */
export interface GatewayLook<Settings extends KubernetesSettings> {
  readonly product: KubernetesProduct<Settings>;
  readonly config: GatewayConfig<Settings>;
  /** May still be on its way: only a part of the look waits for it. */
  readonly release: Promise<KubernetesRelease>;
  /** By what the stack knows the gateway. */
  readonly known: Identity;
  /** What of that is on record. */
  readonly record: Identity | undefined;
}

/** One look at everything live, all at once and without a change: only gates and reports may read it (law 1). */
export async function lookAtGateway<Settings extends KubernetesSettings>(
  look: GatewayLook<Settings>,
  { outputs, clusters, registry, ownVersion }: Sources,
): Promise<KubernetesFacts> {
  const { product, config, release, known, record } = look;
  const { name, settings, secrets, promotion } = config;
  const evidence = outputNames(name).evidence;
  const { database } = product;
  const lookingAtCluster = observe(() => lookAtCluster(look, clusters));
  const [cluster, adoption, seen, images, data, prometheus, own, staging] = await Promise.all([
    lookingAtCluster,
    settings.adopt ? observe(() => lookAtAdoption(look, clusters)) : undefined,
    lookOfProduct(look, clusters),
    release.then((rendered) =>
      lookAtImages(imageNames(rendered, settings), lookingAtCluster, registry),
    ),
    database === undefined
      ? NO_DATA
      : lookAtData({
          config,
          source: database.source(settings),
          trackingTable: database.trackingTable,
          podsUrl: secrets[database.key],
          stack: known.stack,
          reach: reachIn(clusters, settings.kubernetes),
          deletes: async (head) => {
            const { hops } = await release;
            return hops === undefined ? [] : deletedBelow(hops, head, settings.version);
          },
          ownVersion,
        }),
    lookAtPrometheus(look),
    outputs(pulumi.getStack()),
    promotion && outputs(promotion.from),
  ]);
  return {
    now: Date.now(),
    cluster,
    adoption,
    seen,
    images,
    ...data,
    prometheus,
    identity: record,
    own: readEvidence(own, evidence),
    staging: staging && readEvidence(staging, evidence),
  };
}

/** How a look at databases and backups reaches what runs in the cluster. */
const reachIn = (clusters: Clusters, place: KubernetesSettings["kubernetes"]): DataReach => ({
  find: findContainerWith(process.env),
  external: async (object) =>
    readExternalBackup(await clusters.open(place), place.namespace, object),
});

function imageNames(release: KubernetesRelease, settings: KubernetesSettings): readonly string[] {
  const { workloads, job } = release;
  const down = consentedDescent({ settings, release })?.job;
  const jobs = [job, down].filter((one) => one !== undefined);
  return imagesOf([...workloads, ...jobs]).map(({ image }) => image);
}

/** Nothing if the product has nothing of its own to look at. */
async function lookOfProduct<Settings extends KubernetesSettings>(
  { product, config }: GatewayLook<Settings>,
  clusters: Clusters,
): Promise<KubernetesFacts["seen"]> {
  if (product.look === undefined) return undefined;
  return observe(async () =>
    product.look?.(await clusters.open(config.settings.kubernetes), config),
  );
}

/** Nothing if none is configured. */
async function lookAtPrometheus<Settings extends KubernetesSettings>({
  product,
  config: { settings, prometheusToken },
}: GatewayLook<Settings>): Promise<CoreFacts["prometheus"]> {
  const { verify, kubernetes } = settings;
  const { prometheus } = verify;
  if (prometheus === undefined) return undefined;
  const question = { namespace: kubernetes.namespace, metric: product.health.requestsMetric };
  return observe(() => readPrometheusFacts(prometheus, prometheusToken, question));
}

async function lookAtCluster<Settings extends KubernetesSettings>(
  { product, config: { settings }, release }: GatewayLook<Settings>,
  clusters: Clusters,
): Promise<ClusterFacts> {
  const { kubernetes } = settings;
  const client = await clusters.open(kubernetes);
  const [facts, uid] = await Promise.all([
    readClusterFacts({
      client,
      namespace: kubernetes.namespace,
      instance: kubernetes.release,
      objects: release.then(objectsOf),
      record: recordName(product.names(settings).fullname),
    }),
    readClusterUid(client),
  ]);
  return { ...facts, uid };
}

async function lookAtAdoption<Settings extends KubernetesSettings>(
  { product, config, release: rendering }: GatewayLook<Settings>,
  clusters: Clusters,
): Promise<AdoptionFacts> {
  const { settings, secrets } = config;
  const { kubernetes } = settings;
  const release = await rendering;
  return readAdoptionFacts({
    client: await clusters.open(kubernetes),
    namespace: kubernetes.namespace,
    release: kubernetes.release,
    objects: objectsOf(release),
    secrets: product.adoptedSecrets?.(config) ?? product.podSecrets?.(config) ?? secrets,
    secretKey: product.adoptedKey && ((secret) => product.adoptedKey?.(release.names, secret)),
  });
}

const objectsOf = (release: KubernetesRelease): readonly ObjectName[] =>
  declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
  }));

/** Releases that the pods of a gateway run or start now, each once; none if it is not there. @throws Error in words if its cluster does not answer, or refuses */
export async function releasesRunning({
  product,
  config: { settings },
}: KubernetesGateway): Promise<readonly string[]> {
  const { kubernetes } = settings;
  const client = await openCluster(kubernetes);
  try {
    const place = workloadPath(kubernetes.namespace, {
      kind: "Deployment",
      name: product.names(settings).gateway,
    });
    const found = await client.find<Json<V1Deployment>>(place);
    const labels = found?.spec?.selector.matchLabels;
    if (labels === undefined) return [];
    const query = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const selector = `labelSelector=${encodeURIComponent(query.join(","))}`;
    const path = `/api/v1/namespaces/${kubernetes.namespace}/pods?${selector}`;
    const { items } = await client.get<JsonList<V1Pod>>(path);
    return runningVersions({ pods: items.map(podFacts) }, labels, product.container);
  } finally {
    client.close();
  }
}
