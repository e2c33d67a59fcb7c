import { setTimeout as pause } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { Lab } from "./lab";

/** A pod that was told to end. */
export interface PodEnd {
  readonly name: string;
  /** What its spec gives it to end, and what whoever deleted it gave it. Unit: seconds. */
  readonly declared: number | undefined;
  readonly given: number | undefined;
  /** For how long it was seen on its way out. Unit: seconds. */
  readonly seconds: number;
}

/** A watch over the ends of pods. */
export interface PodEnds {
  /** Ends the watch and gives every pod that was told to end meanwhile. */
  readonly stop: () => Promise<readonly PodEnd[]>;
}

const LOOK_MS = 250;

/** Watches how the pods of a namespace end; it never changes anything. */
export function watchPodEnds(lab: Lab, namespace: string): PodEnds {
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  config.setCurrentContext(lab.context);
  const core = config.makeApiClient(CoreV1Api);
  const ends = new Map<string, PodEnd & { readonly since: number }>();
  const look = async (): Promise<void> => {
    const { items } = await core.listNamespacedPod({ namespace });
    for (const { metadata, spec } of items) {
      if (metadata?.deletionTimestamp === undefined) continue;
      const { uid = "", name = "", deletionGracePeriodSeconds: given } = metadata;
      const known = ends.get(uid);
      // The API server notes when its time will be over.
      const since = known?.since ?? metadata.deletionTimestamp.getTime() - (given ?? 0) * 1000;
      ends.set(uid, {
        ...{ name, since, declared: spec?.terminationGracePeriodSeconds },
        // The kubelet takes away what has ended: that is nobody's order any more.
        given: known?.given ?? given,
        seconds: (Date.now() - since) / 1000,
      });
    }
  };
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      // The API server may be away.
      await look().catch(() => undefined);
      await pause(LOOK_MS);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await watching;
      return [...ends.values()];
    },
  };
}
