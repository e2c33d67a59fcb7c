import type { V1Container } from "@kubernetes/client-node";
import type { AdoptionFacts, SecretFacts } from "./cluster-facts";
import { METADATA_LIST, type MetadataList } from "../helm/helm-records";
import type { ClusterClient } from "../api/client";
import type { KubernetesObject } from "../objects/object";
import { isWorkload } from "../objects/workload-kind";
import { findPaths, type ObjectName } from "../api/paths";
import type { Json } from "../api/json";
import type { LiveWorkload } from "../watch/rollout-view";

/** What to look at before an install by Helm is taken over. */
export interface AdoptionQuestion {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** Name of the Helm release, and value of the label app.kubernetes.io/instance. */
  readonly release: string;
  /** Objects that this program would apply. */
  readonly objects: readonly ObjectName[];
  /** Name of the workload that serves. */
  readonly deployment: string;
  /** What the stack file gives its pods. */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * The key among those secrets that stands for a key of a Secret of the install; undefined if the pods keep that Secret.
   *
   * @defaultValue the same key, of every Secret
   */
  readonly secretKey?: ((secret: string, key: string) => string | undefined) | undefined;
}

/** Beyond those that every release may have: a right for them is needed only if the release has one. */
const STATEFUL_SETS = { root: "/apis/apps/v1", plural: "statefulsets", kind: "StatefulSet" };

/** Kinds that a release may have beyond what the program declares: left behind they would belong to nobody. */
const MAY_BE_LEFT: readonly { readonly root: string; readonly plural: string; kind: string }[] = [
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

/**
 * Looks at what an adoption would take over. Of the Secret that the pods use, keys and values are compared here and only the names of
 * keys are passed on.
 *
 * @throws ClusterError where one of the calls is refused.
 */
export async function readAdoptionFacts(question: AdoptionQuestion): Promise<AdoptionFacts> {
  const [objects, leftOver] = await Promise.all([readObjects(question), readLeftOver(question)]);
  return { objects, leftOver, secret: await readSecret(question, objects) };
}

async function readObjects(question: AdoptionQuestion): Promise<readonly KubernetesObject[]> {
  const { client, objects, namespace } = question;
  const plain = objects.filter(({ kind }) => kind !== "Secret");
  const paths = await findPaths(client, plain, namespace);
  const found = await Promise.all(paths.map(({ path }) => client.find<KubernetesObject>(path)));
  return found.filter((object) => object !== undefined);
}

async function readLeftOver(question: AdoptionQuestion): Promise<readonly string[]> {
  const { client, namespace, release, objects, secretKey } = question;
  const declared = new Set(objects.map(({ kind, name }) => `${kind}/${name}`));
  // The pods that run use them until they are rolled: what becomes of them is told with the Secret.
  const isReplaced = (name: string) =>
    name.startsWith("Secret/") && secretKey?.(name.slice("Secret/".length), "") !== undefined;
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/managed-by=Helm`;
  const isStateful = objects.some(({ kind }) => kind === STATEFUL_SETS.kind);
  const kinds = [...MAY_BE_LEFT, ...(isStateful ? [STATEFUL_SETS] : [])];
  const lists = await Promise.all(
    kinds.map(async ({ root, plural, kind }) => {
      const path = `${root}/namespaces/${namespace}/${plural}?labelSelector=${encodeURIComponent(selector)}`;
      const list = await client.find<MetadataList<KubernetesObject>>(path, {
        accept: METADATA_LIST,
      });
      return (list?.items ?? []).map(({ metadata }) => `${kind}/${metadata.name}`);
    }),
  );
  return lists.flat().filter((name) => !declared.has(name) && !isReplaced(name));
}

async function readSecret(
  { client, namespace, deployment, secrets, secretKey = (_, key) => key }: AdoptionQuestion,
  objects: readonly KubernetesObject[],
): Promise<SecretFacts | undefined> {
  const live = objects.find((object) => isWorkload(object) && object.metadata.name === deployment);
  const names = live === undefined ? [] : secretsUsed(live);
  if (names.length === 0) return undefined;
  const found = await Promise.all(
    names.map((name) =>
      client.find<{ readonly data?: Readonly<Record<string, string>> }>(
        `/api/v1/namespaces/${namespace}/secrets/${name}`,
      ),
    ),
  );
  const used = Object.fromEntries(
    found.flatMap((secret, index) =>
      Object.entries(secret?.data ?? {}).flatMap(([key, value]) => {
        const own = secretKey(names[index] ?? "", key);
        return own === undefined ? [] : [[own, value] as const];
      }),
    ),
  );
  return { names, ...compareKeys(used, secrets) };
}

/** Names of the Secrets that the pods have their environment from. */
function secretsUsed({ spec }: LiveWorkload): readonly string[] {
  const containers: readonly Json<V1Container>[] = spec?.template.spec?.containers ?? [];
  const names = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...envFrom.map(({ secretRef }) => secretRef?.name),
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
  ]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** @param used - as the API server holds it, in base64 */
function compareKeys(
  used: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Pick<SecretFacts, "lost" | "added" | "changed"> {
  const text = (key: string) => Buffer.from(used[key] ?? "", "base64").toString("utf8");
  return {
    lost: Object.keys(used).filter((key) => !(key in wanted)),
    added: Object.keys(wanted).filter((key) => !(key in used)),
    changed: Object.keys(wanted).filter((key) => key in used && text(key) !== wanted[key]),
  };
}
