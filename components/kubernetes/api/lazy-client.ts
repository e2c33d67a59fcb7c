import type { ClusterClient } from "./client";

/** A client that is opened by its first call: who asks nothing needs no kubeconfig. */
export function lazyClient(open: () => Promise<ClusterClient>): ClusterClient {
  let opened: Promise<ClusterClient> | undefined;
  const client = () => (opened ??= open());
  return {
    ask: async (path, call) => (await client()).ask(path, call),
    get: async (path, call) => (await client()).get(path, call),
    find: async (path, call) => (await client()).find(path, call),
    close: () => {
      opened?.then(
        (one) => {
          one.close();
        },
        () => undefined,
      );
    },
  };
}
