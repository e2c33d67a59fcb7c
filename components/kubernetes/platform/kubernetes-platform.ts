import type {
  HttpReply,
  HttpRequest,
  HttpTarget,
  Platform,
  PlatformPlace,
} from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import { ClusterError, openCluster, type ClusterClient } from "../api/client";
import { lazyClient } from "../api/lazy-client";
import { retryingClient } from "../api/retrying-client";
import { judgeRollout } from "../watch/judge-rollout";
import { readPodLog } from "../watch/pod-log";
import { readRollout } from "../watch/read-rollout";
import { runningImages } from "../watch/running-images";
import { writersOf } from "../watch/writers";
import { readExternalBackup } from "./external-backup";
import { findContainer } from "./find-container";
import { workloadLook } from "./instances";
import { placeSchema, type KubernetesPlace } from "./kubectl";
import { migration } from "./migration";
import { oneByOne } from "./one-by-one";
import { runClient } from "./run-client";
import { takeOver } from "./take-over";
import { watchRollout } from "./watch-rollout";

/**
 * Runs work with a namespace of a cluster; its client outlives a restart of the API server. It is the cluster that the gates have looked
 * at: only the place and what kubectl goes by decide which one.
 *
 * @throws StepFailure if the cluster refuses or does not answer.
 */
export async function withKubernetes<T>(
  place: PlatformPlace,
  io: StepIo,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const kubernetes = placeSchema.parse(place);
  const client = lazyClient(() => openCluster(kubernetes));
  try {
    return await work(
      kubernetesPlatform(retryingClient(client, io.say, io.signal), kubernetes, io),
    );
  } catch (error) {
    throw error instanceof ClusterError ? toStepFailure(error) : error;
  } finally {
    client.close();
  }
}

function toStepFailure({ message, status }: ClusterError): StepFailure {
  if (status === 401)
    return new StepFailure(
      `the cluster does not know who asks: ${message}`,
      "log in to the cluster anew: the user of the kubeconfig is unknown, or its token has run out; then run the upgrade again",
    );
  const refused = status === 403;
  return new StepFailure(
    refused ? `the cluster refuses: ${message}` : `the cluster cannot be asked: ${message}`,
    refused
      ? "grant this right to the user of the kubeconfig, then run the upgrade again"
      : "see that the API server answers, then run the upgrade again; it goes on from here",
  );
}

/** The platform that one namespace of a cluster is. */
function kubernetesPlatform(client: ClusterClient, place: KubernetesPlace, io: StepIo): Platform {
  const { namespace } = place;
  return {
    runningImages: (labels, container) => runningImages(client, namespace, labels, container),
    look: async (workload) => {
      const view = await readRollout(client, namespace, workload);
      return workloadLook(view, judgeRollout(view, new Map(), Date.now()));
    },
    watchRollout: (workload, options) => watchRollout(client, namespace, workload, options, io),
    oneByOne: (workload, options = {}) => oneByOne(client, namespace, workload, options, io),
    ask: (to, path, request) => askThrough(client, namespace, to, path, request),
    log: (question) => readPodLog(client, { namespace, ...question }),
    writers: (workloads) => writersOf(client, { namespace, workloads }, io),
    migration: (which) => migration(client, namespace, which, io.signal),
    findSecret: async (name) => ({
      exists: await hasSecret(client, namespace, name),
      words: `Secret ${namespace}/${name}`,
    }),
    externalBackup: (object) => readExternalBackup(client, namespace, object),
    takeOver: (installed) => takeOver(client, place, installed),
    findContainer: (query) => findContainer(place, query, io.env),
    runClient: (spec, work, signal) =>
      runClient(client, place, spec, { say: io.say, signal }, work),
  };
}

/** Longest wait for an answer through the proxy of the API server, in milliseconds. */
const timeout = 5000;

async function askThrough(
  client: ClusterClient,
  namespace: string,
  to: HttpTarget,
  path: string,
  request: HttpRequest = {},
): Promise<HttpReply | undefined> {
  const goal = "instance" in to ? `pods/${to.instance}` : `services/${to.service}`;
  const proxy = `/api/v1/namespaces/${namespace}/${goal}:${to.port}/proxy`;
  return client
    .ask(`${proxy}${path}`, { accept: "*/*", timeout, ...request })
    .catch(() => undefined);
}

/** Whether the Secret is there, found out without a look into it. */
async function hasSecret(client: ClusterClient, namespace: string, name: string): Promise<boolean> {
  const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  return (await client.find(path, { accept })) !== undefined;
}
