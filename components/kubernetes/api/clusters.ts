import { once } from "../../upgrade/once";
import type { ClusterAccess } from "./access";
import { openCluster, type Call, type ClusterClient } from "./client";

/** Connections to the clusters of a stack, each opened once; what one gateway has read is not read again for the others. */
export interface Clusters {
  readonly open: (access: ClusterAccess) => Promise<ClusterClient>;
  /** Closes all of them. */
  readonly close: () => void;
}

export function clusters(): Clusters {
  const opened: ClusterClient[] = [];
  return {
    open: once(async ({ kubeconfig, context }: ClusterAccess) => {
      const client = await openCluster({ kubeconfig, context });
      opened.push(client);
      return remembering(client);
    }),
    close: () => {
      for (const client of opened) client.close();
    },
  };
}

/** Reads each path once: one look at the cluster, however many gateways take part in it. */
function remembering(client: ClusterClient): ClusterClient {
  type Question = readonly [path: string, call?: Call];
  const get = once(([path, call]: Question) => client.get<unknown>(path, call));
  const find = once(([path, call]: Question) => client.find<unknown>(path, call));
  return {
    ...client,
    get: async <T>(path: string, call?: Call) => (await get([path, call])) as T,
    find: async <T>(path: string, call?: Call) => (await find([path, call])) as T | undefined,
  };
}
