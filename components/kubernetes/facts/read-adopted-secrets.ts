import type { V1Container } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json } from "../api/json";
import type { KubernetesObject } from "../objects/object";
import { isWorkload } from "../objects/workload-kind";
import type { LiveWorkload } from "../watch/rollout-view";
import type { SecretFacts, SecretPlace } from "./cluster-facts";

/** Which Secrets to compare with which values. */
export interface AdoptedSecretsQuestion {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** The live objects, workloads among them. */
  readonly workloads: readonly KubernetesObject[];
  /** What the stack file gives the pods. */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * The key among those secrets that stands for a key of a Secret of the install; undefined if the pods keep that Secret.
   *
   * @defaultValue the same key, of every Secret
   */
  readonly secretKey?: ((secret: string, key: string) => string | undefined) | undefined;
}

/** One value of an install, with the key of ours that stands for it. */
interface Used {
  readonly own: string;
  /** As the API server holds it, in base64. */
  readonly value: string;
  readonly place: SecretPlace;
}

/**
 * Compares what the Secrets hold that running pods have their environment from with what the stack file gives. No value leaves this function.
 *
 * @returns undefined if the pods use no Secret
 */
export async function readAdoptedSecrets({
  client,
  namespace,
  workloads,
  secrets,
  secretKey = (_, key) => key,
}: AdoptedSecretsQuestion): Promise<SecretFacts | undefined> {
  const found = await readUsed(client, namespace, workloads);
  if (found.length === 0) return undefined;
  const names = found.map(([name]) => name);
  const isReplaced = (name: string) => secretKey(name, "") !== undefined;
  const used = found.flatMap(([secret, data]) =>
    Object.entries(data).flatMap(([key, value]): readonly Used[] => {
      const own = secretKey(secret, key);
      return own === undefined ? [] : [{ own, value, place: { secret, key } }];
    }),
  );
  return {
    names: names.filter(isReplaced),
    kept: names.filter((name) => !isReplaced(name)),
    places: Object.fromEntries(used.map(({ own, place }) => [own, place])),
    ...compareKeys(Object.fromEntries(used.map(({ own, value }) => [own, value])), secrets),
  };
}

type Data = Readonly<Record<string, string>>;

/** Secrets that the pods use, with what they hold. One that pods start without may not be there. */
async function readUsed(
  client: ClusterClient,
  namespace: string,
  workloads: readonly KubernetesObject[],
): Promise<readonly (readonly [name: string, data: Data])[]> {
  const used = workloads.filter(isWorkload).flatMap((workload) => secretsUsed(workload));
  const names = [...new Set(used.map(({ name }) => name))];
  const found = await Promise.all(
    names.map((name) =>
      client.find<{ readonly data?: Data }>(`/api/v1/namespaces/${namespace}/secrets/${name}`),
    ),
  );
  return names.flatMap((name, index) => {
    const secret = found[index];
    const isNeeded = used.some((one) => one.name === name && !one.optional);
    return secret === undefined && !isNeeded ? [] : [[name, secret?.data ?? {}] as const];
  });
}

interface UsedSecret {
  readonly name: string;
  /** True if the pods start without it as well. */
  readonly optional: boolean;
}

/** The Secrets that pods have their environment from. */
function secretsUsed({ spec }: LiveWorkload): readonly UsedSecret[] {
  const containers: readonly Json<V1Container>[] = spec?.template.spec?.containers ?? [];
  return containers
    .flatMap(({ env = [], envFrom = [] }) => [
      ...envFrom.map(({ secretRef }) => secretRef),
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef),
    ])
    .flatMap((ref) =>
      ref?.name === undefined ? [] : [{ name: ref.name, optional: ref.optional === true }],
    );
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
