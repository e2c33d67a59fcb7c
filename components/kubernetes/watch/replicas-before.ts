import type { V1Deployment } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import { replicasBefore } from "../objects/remembered-replicas";
import type { Json } from "../api/json";

const manager = "gateways-restore";

export const deploymentPath = (namespace: string, name: string): string =>
  `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

/**
 * Sets the number of replicas and what is remembered of it, at once, and lets go of the field afterwards: whoever applies the Deployment
 * next decides on it without a conflict.
 *
 * @param remembered - what the annotation is to say; undefined to forget it.
 * @param dryRun - only asks whether it may be done.
 */
export async function setReplicas(
  client: ClusterClient,
  path: string,
  replicas: number | undefined,
  remembered: string | undefined,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<void> {
  const annotations = { [replicasBefore]: remembered ?? null };
  const body = {
    metadata: { annotations },
    ...(replicas === undefined ? {} : { spec: { replicas } }),
  };
  const changed = await client.get<Json<V1Deployment>>(
    `${path}?fieldManager=${manager}${dryRun ? "&dryRun=All" : ""}`,
    { method: "PATCH", type: "application/merge-patch+json", body },
  );
  if (!dryRun) await releaseFieldOwnership(client, path, changed);
}

/**
 * Source: kubernetes.io/docs/reference/using-api/server-side-apply: who has changed a field owns it, and another one's apply is refused
 * with a conflict. The list of owners may be written.
 */
async function releaseFieldOwnership(
  client: ClusterClient,
  path: string,
  { metadata }: Json<V1Deployment>,
): Promise<void> {
  const owners = metadata?.managedFields ?? [];
  const others = owners.filter((entry) => entry.manager !== manager);
  if (others.length === owners.length || others.length === 0) return;
  const body = {
    metadata: { managedFields: others, resourceVersion: metadata?.resourceVersion },
  };
  const type = "application/merge-patch+json";
  const reply = await client.ask(`${path}?fieldManager=${manager}`, {
    method: "PATCH",
    type,
    body,
  });
  // Somebody else was faster: their version has the same owners, so they are read anew.
  if (reply.status === 409) await releaseFieldOwnership(client, path, await client.get(path));
}
