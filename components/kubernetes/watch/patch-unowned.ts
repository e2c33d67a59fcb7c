import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
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
  const reply = await client.ask(`${path}?fieldManager=${manager}`, {
    method: "PATCH",
    type,
    body,
  });
  // Somebody else was faster: their version has the same owners, so they are read anew.
  if (reply.status === 409)
    await releaseFieldOwnership(client, path, manager, await client.get(path));
}
