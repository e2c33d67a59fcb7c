import type { V1Pod } from "@kubernetes/client-node";
import type { Wire } from "../../kubernetes/wire";
import type { Fault } from "./fault";
import type { VerifiedWorkload } from "./verification-input";

/** Restarts per container of each pod: `{"gateway-abc/gateway": 0}`. */
export type Restarts = ReadonlyMap<string, number>;

/** What runs for one workload. */
export interface RunningImage {
  /** `sha256:...`; "" where it could not be told. */
  readonly digest: string;
  readonly faults: readonly Fault[];
}

/** Every pod runs the wanted image, and all of them the same bytes of it (S-17, S-30, T-11). */
export function judgeImages(
  workload: VerifiedWorkload,
  pods: readonly Wire<V1Pod>[],
): RunningImage {
  const faults: Fault[] = [];
  const digests = new Set<string>();
  for (const pod of pods) {
    const found = pod.spec?.containers.find(({ name }) => name === workload.container)?.image;
    if (found !== workload.image)
      faults.push(wrong(pod, `runs ${found ?? "no such container"}, expected ${workload.image}`));
    const status = pod.status?.containerStatuses?.find(({ name }) => name === workload.container);
    const digest = /sha256:[0-9a-f]{64}/.exec(status?.imageID ?? "")?.[0];
    if (digest === undefined) faults.push(wrong(pod, "does not tell the digest of its image"));
    else digests.add(digest);
  }
  if (digests.size > 1)
    faults.push({
      kind: "image",
      text: `pods of ${workload.name} run different images of the same name: ${[...digests].join(", ")}`,
    });
  return { digest: [...digests][0] ?? "", faults };
}

const wrong = (pod: Wire<V1Pod>, what: string): Fault => ({
  kind: "image",
  text: `pod ${pod.metadata?.name ?? ""} ${what}`,
});

/** Counts restarts of every container. */
export const countRestarts = (pods: readonly Wire<V1Pod>[]): Restarts =>
  new Map(
    pods.flatMap((pod) =>
      (pod.status?.containerStatuses ?? []).map(
        ({ name, restartCount }) => [`${pod.metadata?.name ?? ""}/${name}`, restartCount] as const,
      ),
    ),
  );

/** New restarts since the first look; a pod that was not there then started at zero (S-30, S-50). */
export function judgeRestarts(
  before: Restarts,
  after: Restarts,
): { readonly restarts: number; readonly faults: readonly Fault[] } {
  const grown = [...after]
    .map(([place, count]) => ({ place, more: count - (before.get(place) ?? 0) }))
    .filter(({ more }) => more > 0);
  return {
    restarts: grown.reduce((sum, { more }) => sum + more, 0),
    faults: grown.map(({ place, more }) => ({
      kind: "restart",
      text: `${place} has restarted ${more} times while it was watched`,
    })),
  };
}
