import type { AdoptionFacts } from "./cluster-facts";
import { METADATA_LIST, type MetadataList } from "../helm/helm-records";
import type { ClusterClient } from "../api/client";
import type { KubernetesObject } from "../objects/object";
import { findPaths, type ObjectName } from "../api/paths";
import { readAdoptedSecrets, type AdoptedSecretsQuestion } from "./read-adopted-secrets";

/** What to look at before an install by Helm is taken over. */
export interface AdoptionQuestion extends Omit<AdoptedSecretsQuestion, "workloads"> {
  /** Name of the Helm release, and value of the label app.kubernetes.io/instance. */
  readonly release: string;
  /** Objects that this program would apply. */
  readonly objects: readonly ObjectName[];
}

/** Kinds that a release may have beyond what the program declares: left behind they would belong to nobody. */
const MAY_BE_LEFT: readonly Collection[] = [
  {
    root: "/apis/autoscaling/v2",
    plural: "horizontalpodautoscalers",
    kind: "HorizontalPodAutoscaler",
  },
  { root: "/apis/policy/v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget" },
  { root: "/apis/networking.k8s.io/v1", plural: "ingresses", kind: "Ingress" },
  { root: "/apis/networking.k8s.io/v1", plural: "networkpolicies", kind: "NetworkPolicy" },
  { root: "/apis/apps/v1", plural: "deployments", kind: "Deployment" },
  { root: "/api/v1", plural: "services", kind: "Service" },
  { root: "/api/v1", plural: "serviceaccounts", kind: "ServiceAccount" },
  { root: "/api/v1", plural: "configmaps", kind: "ConfigMap" },
  { root: "/api/v1", plural: "secrets", kind: "Secret" },
];

interface Collection {
  readonly root: string;
  readonly plural: string;
  readonly kind: string;
}

/** Where one object lives on the API server. */
interface Place {
  readonly object: ObjectName;
  readonly path: string;
}

/**
 * Looks at what an adoption would take over. Of the Secrets that the pods use, keys and values are compared here and only the names of
 * keys are passed on.
 *
 * @throws ClusterError where one of the calls is refused.
 */
export async function readAdoptionFacts(question: AdoptionQuestion): Promise<AdoptionFacts> {
  const { client, namespace } = question;
  const places = await findPaths(client, question.objects, namespace);
  const [objects, leftOver] = await Promise.all([
    readObjects(client, places),
    readLeftOver(question, places),
  ]);
  const secret = await readAdoptedSecrets({ ...question, workloads: objects });
  return { objects, leftOver, secret };
}

async function readObjects(
  client: ClusterClient,
  places: readonly Place[],
): Promise<readonly KubernetesObject[]> {
  const plain = places.filter(({ object }) => object.kind !== "Secret");
  const found = await Promise.all(plain.map(({ path }) => client.find<KubernetesObject>(path)));
  return found.filter((object) => object !== undefined);
}

/**
 * What of the Helm release nobody declares. Beside the kinds that every release may have, those are asked for that this one declares, such as its StatefulSets and
 * the routes of its ingress: nobody needs a right for what its product does not have.
 */
async function readLeftOver(
  { client, namespace, release, objects, secretKey }: AdoptionQuestion,
  places: readonly Place[],
): Promise<readonly string[]> {
  const declared = new Set(objects.map(({ kind, name }) => `${kind}/${name}`));
  // The pods that run use them until they are rolled: what becomes of them is told with the Secret.
  const isReplaced = (name: string) =>
    name.startsWith("Secret/") && secretKey?.(name.slice("Secret/".length), "") !== undefined;
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/managed-by=Helm`;
  const lists = await Promise.all(
    [...collectionsOf(namespace, places)].map(async ([path, kind]) => {
      const list = await client.find<MetadataList<KubernetesObject>>(
        `${path}?labelSelector=${encodeURIComponent(selector)}`,
        { accept: METADATA_LIST },
      );
      return (list?.items ?? []).map(({ metadata }) => `${kind}/${metadata.name}`);
    }),
  );
  return lists.flat().filter((name) => !declared.has(name) && !isReplaced(name));
}

/** Where the objects of a kind live in the namespace, with that kind. */
const collectionsOf = (
  namespace: string,
  places: readonly Place[],
): ReadonlyMap<string, string> => {
  const inside = `/namespaces/${namespace}/`;
  return new Map([
    ...MAY_BE_LEFT.map(({ root, plural, kind }) => [`${root}${inside}${plural}`, kind] as const),
    ...places
      .filter(({ path }) => path.includes(inside))
      .map(({ object, path }) => [path.slice(0, path.lastIndexOf("/")), object.kind] as const),
  ]);
};
