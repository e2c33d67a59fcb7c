import * as pulumi from "@pulumi/pulumi";
import type { GatewayConfig, SmoltbotConfig } from "../config/schema";
import { readAdoptionFacts } from "../kubernetes/facts/read-adoption";
import { readClusterUid } from "../kubernetes/api/cluster-uid";
import type { Clusters } from "../kubernetes/api/clusters";
import { readClusterFacts } from "../kubernetes/facts/read-cluster-facts";
import { imagesOf } from "../kubernetes/objects/images";
import type { ObjectName } from "../kubernetes/api/paths";
import { readPrometheusFacts } from "../prometheus/read-prometheus-facts";
import { lookAtImages } from "../registry/look-at-images";
import type { DatabaseSource } from "../postgres/database-source";
import { reachableSource } from "../postgres/with-source";
import { findContainerWith } from "../kubernetes/platform/find-container";
import { readIdentity } from "../postgres/database-identity";
import { readDatabaseFacts, type DatabaseLookOptions } from "../postgres/read-database-facts";
import { openStore } from "../dumps/store/open-store";
import { readScratchFacts } from "../postgres/read-scratch-facts";
import type {
  AdoptionFacts,
  ClusterFacts,
  KubernetesFacts,
} from "../kubernetes/facts/cluster-facts";
import type { CoreFacts } from "../upgrade/facts";
import { redactor } from "../upgrade/redact";
import type { Identity } from "../upgrade/evidence/identity";
import { hideReason, observe } from "../upgrade/observation";
import { outputNames } from "../upgrade/evidence/output-names";
import { readEvidence } from "../upgrade/evidence/read-evidence";
import { backupSecrets } from "./backup-secrets";
import { databaseSource, TRACKING_TABLE } from "./database-source";
import { declaredObjects } from "./declared-objects";
import { lookAtBackups } from "./look-at-backups";
import { smoltbotNames } from "./names";
import { REQUESTS_METRIC } from "./running-versions";
import type { SmoltbotRelease } from "./release";
import { recordName } from "./chart-record";
import { secretValues } from "./secret-values";
import type { Sources } from "./sources";

/**
 * One look at everything live, all at once and without a change: only gates and reports may read it (law 1).
 *
 * @param release - may still be on its way: only a part of the look waits for it
 * @param identity - by what the stack knows the gateway, and what of that is on record
 */
export async function lookAtSmoltbot(
  config: GatewayConfig,
  release: Promise<SmoltbotRelease>,
  { known, record }: { readonly known: Identity; readonly record: Identity | undefined },
  { outputs, clusters, registry }: Sources,
): Promise<KubernetesFacts> {
  const { name, settings, secrets, promotion } = config;
  const env = environmentOf(config);
  const store = await openStore(settings.backup, env);
  const evidence = outputNames(name).evidence;
  const { stack } = known;
  const source = databaseSource(settings);
  // The reasons get into the plan as well as into findings.
  const quietly = hideReason(redactor(secretValues(config)));
  const { exclude } = settings.backup;
  const question = { freeBytes: () => store.freeBytes(), trackingTable: TRACKING_TABLE, exclude };
  const lookingAtDatabase = lookAtDatabase(source, env, question).then(
    (found) => found && quietly(found),
  );
  const lookingAtCluster = observe(() => lookAtCluster(settings, release, clusters));
  const [
    cluster,
    adoption,
    images,
    database,
    podsDatabase,
    scratch,
    backups,
    prometheus,
    own,
    staging,
  ] = await Promise.all([
    lookingAtCluster,
    settings.adopt
      ? observe(() => lookAtAdoption(settings, secrets, release, clusters))
      : undefined,
    release.then((rendered) => lookAtImages(imageNames(rendered), lookingAtCluster, registry)),
    lookingAtDatabase,
    lookAtPodsDatabase(config).then((found) => found && quietly(found)),
    settings.backup.scratch && observe(() => readScratchFacts(env)).then(quietly),
    lookAtBackups({ config, stack, store, database: lookingAtDatabase, clusters, env }),
    lookAtPrometheus(config),
    outputs(pulumi.getStack()),
    promotion && outputs(promotion.from),
  ]);
  return {
    now: Date.now(),
    cluster,
    adoption,
    images,
    database,
    podsDatabase,
    scratch,
    ...backups,
    prometheus,
    identity: record,
    own: readEvidence(own, evidence),
    staging: staging && readEvidence(staging, evidence),
  };
}

const environmentOf = (config: GatewayConfig) => ({
  ...process.env,
  DATABASE_URL: config.databaseUrl,
  SCRATCH_URL: config.scratchUrl,
  ...backupSecrets(config),
});

const imageNames = ({ workloads, job }: SmoltbotRelease): readonly string[] =>
  imagesOf([...workloads, job]).map(({ image }) => image);

/** Nothing is looked at where a Job would have to be made for it: a preview makes nothing (law 3). */
async function lookAtDatabase(
  source: DatabaseSource,
  env: NodeJS.ProcessEnv,
  question: DatabaseLookOptions,
): Promise<CoreFacts["database"]> {
  return source.kind === "job"
    ? undefined
    : observe(async () => {
        const reachable = await reachableSource(source, findContainerWith(env));
        return readDatabaseFacts(reachable, env, question);
      });
}

/** Whether the pods' own connection string leads anywhere from here, and to which database: mostly the cluster alone reaches it. */
async function lookAtPodsDatabase({
  settings,
  secrets,
}: GatewayConfig): Promise<CoreFacts["podsDatabase"]> {
  const { POSTGRES_URL: url = "" } = secrets;
  if (url === "" || databaseSource(settings).kind === "job") return undefined;
  return observe(() => readIdentity(url, process.env));
}

/** Nothing where none is configured. */
async function lookAtPrometheus({
  settings: { verify, kubernetes },
  prometheusToken,
}: GatewayConfig): Promise<CoreFacts["prometheus"]> {
  const { prometheus } = verify;
  if (prometheus === undefined) return undefined;
  const question = { namespace: kubernetes.namespace, metric: REQUESTS_METRIC };
  return observe(() => readPrometheusFacts(prometheus, prometheusToken, question));
}

async function lookAtCluster(
  { kubernetes, values }: SmoltbotConfig,
  release: Promise<SmoltbotRelease>,
  clusters: Clusters,
): Promise<ClusterFacts> {
  const client = await clusters.open(kubernetes);
  const [facts, uid] = await Promise.all([
    readClusterFacts({
      client,
      namespace: kubernetes.namespace,
      instance: kubernetes.release,
      objects: release.then(objectsOf),
      record: recordName(smoltbotNames(kubernetes.release, values).fullname),
    }),
    readClusterUid(client),
  ]);
  return { ...facts, uid };
}

async function lookAtAdoption(
  { kubernetes }: SmoltbotConfig,
  secrets: Readonly<Record<string, string>>,
  rendering: Promise<SmoltbotRelease>,
  clusters: Clusters,
): Promise<AdoptionFacts> {
  const release = await rendering;
  return readAdoptionFacts({
    client: await clusters.open(kubernetes),
    namespace: kubernetes.namespace,
    release: kubernetes.release,
    objects: objectsOf(release),
    deployment: release.names.gateway,
    secrets,
  });
}

const objectsOf = (release: SmoltbotRelease): readonly ObjectName[] =>
  declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
    apiVersion,
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
  }));
