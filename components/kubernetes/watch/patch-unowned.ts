import type { V1ObjectMeta } from "@kubernetes/client-node";
import { ClusterError, type ClusterClient } from "../api/client";
import type { Json } from "../api/json";

interface Owned {
  readonly metadata?: Json<V1ObjectMeta>;
}

const type = "application/merge-patch+json";

/**
 * Changes an object by a merge patch (RFC 7386), and lets go of the fields afterwards: whoever applies the object next decides on them without a
 * conflict.
 *
 * @param manager - name under which the fields are written
 * @param dryRun - only asks whether it may be done
 */
export async function patchUnowned(
  client: ClusterClient,
  path: string,
  manager: string,
  body: unknown,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<void> {
  const changed = await client.get<Owned>(
    `${path}?fieldManager=${manager}${dryRun ? "&dryRun=All" : ""}`,
    { method: "PATCH", type, body },
  );
  if (!dryRun) await releaseFieldOwnership(client, path, manager, changed);
}

/**
 * Source: kubernetes.io/docs/reference/using-api/server-side-apply: who has changed a field owns it, and another one's apply is refused
 * with a conflict. The list of owners may be written.
 */
async function releaseFieldOwnership(
  client: ClusterClient,
  path: string,
  manager: string,
  { metadata }: Owned,
): Promise<void> {
  const owners = metadata?.managedFields ?? [];
  const others = owners.filter((entry) => entry.manager !== manager);
  if (others.length === owners.length || others.length === 0) return;
  const body = {
    metadata: { managedFields: others, resourceVersion: metadata?.resourceVersion },
  };
  try {
    // Safe to send twice: it names the version that it changes.
    await client.get(`${path}?fieldManager=${manager}`, { method: "PATCH", type, body });
  } catch (error) {
    if (!(error instanceof ClusterError) || error.status !== 409) throw error;
    // Somebody else was faster, or the answer to the first try was lost: the owners are read anew.
    await releaseFieldOwnership(client, path, manager, await client.get(path));
  }
}
