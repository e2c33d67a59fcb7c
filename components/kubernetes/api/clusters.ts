import { once } from "../../upgrade/once";
import type { ClusterAccess } from "./access";
import { openCluster, type Call, type ClusterClient } from "./client";
import { wideClient } from "./wide-client";

/** From so many gateways in one cluster on, one question about all namespaces is cheaper than one for each of them. */
const MANY = 4;

/** Connections to the clusters of a stack, each opened once; what one gateway has read is not read again for the others. */
export interface Clusters {
  readonly open: (access: ClusterAccess) => Promise<ClusterClient>;
  /** Closes all of them. */
  readonly close: () => void;
}

/** @param gateways - where the gateways of the stack are: many in one cluster are looked at together */
export function clusters(gateways: readonly ClusterAccess[] = []): Clusters {
  const opened: ClusterClient[] = [];
  const open = once(async (access: ClusterAccess) => {
    const client = await openCluster(access);
    opened.push(client);
    const here = gateways.filter((other) => isSame(other, access));
    return remembering(here.length < MANY ? client : wideClient(client));
  });
  return {
    // Whoever asks may say more of its place than the way to the cluster.
    open: ({ kubeconfig, context }) => open({ kubeconfig, context }),
    close: () => {
      for (const client of opened) client.close();
    },
  };
}

const isSame = (one: ClusterAccess, other: ClusterAccess): boolean =>
  one.kubeconfig === other.kubeconfig && one.context === other.context;

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
