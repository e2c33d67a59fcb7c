import { ClusterError, type ClusterClient } from "./client";

const REFUSED: readonly number[] = [403, 404];

/**
 * The uid of the namespace kube-system, which every cluster has and no two share; undefined if the role may not read it.
 *
 * @throws ClusterError where the cluster does not answer
 */
export async function readClusterUid(client: ClusterClient): Promise<string | undefined> {
  try {
    const found = await client.get<{ readonly metadata?: { readonly uid?: string } }>(
      "/api/v1/namespaces/kube-system",
    );
    return found.metadata?.uid;
  } catch (error) {
    if (error instanceof ClusterError && REFUSED.includes(error.status)) return undefined;
    throw error;
  }
}
