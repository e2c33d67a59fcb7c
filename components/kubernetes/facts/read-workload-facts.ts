import type { V1Deployment, V1StatefulSet } from "@kubernetes/client-node";
import type { ClusterClient } from "../api/client";
import type { Json, JsonList } from "../api/json";
import type { ObjectName } from "../api/paths";
import { isHeld } from "../objects/hold";
import { containerResources } from "../objects/read-container-resources";
import { rememberedReplicas } from "../objects/remembered-replicas";
import { WORKLOAD_KINDS, workloadsPath, type WorkloadKind } from "../objects/workload-kind";
import type { WorkloadFacts } from "./cluster-facts";

/**
 * The workloads of a release. StatefulSets are asked for only if the release has one: nobody needs a right for what its product does not
 * have.
 *
 * @param query - selects the release
 * @param objects - what the release declares; Deployments are asked for before it is known
 */
export async function readWorkloadFacts(
  client: ClusterClient,
  namespace: string,
  query: string,
  objects: Promise<readonly ObjectName[]>,
): Promise<readonly WorkloadFacts[]> {
  const lists = await Promise.all(
    WORKLOAD_KINDS.map(async (kind) => {
      if (kind !== "Deployment" && !(await objects).some((object) => object.kind === kind))
        return [];
      const path = `${workloadsPath(namespace, kind)}?${query}`;
      const { items } = await client.get<JsonList<V1Deployment | V1StatefulSet>>(path);
      return items.map((item) => workloadFacts(kind, item));
    }),
  );
  return lists.flat();
}

/** What both kinds tell alike. */
const workloadFacts = (
  kind: WorkloadKind,
  { metadata, spec, status }: Json<V1Deployment> | Json<V1StatefulSet>,
): WorkloadFacts => ({
  kind,
  name: metadata?.name ?? "",
  desired: spec?.replicas ?? 1,
  stoppedFrom: spec?.replicas === 0 ? rememberedReplicas({ metadata }) : undefined,
  held: kind === "Deployment" && isHeld({ spec }),
  generation: metadata?.generation ?? 0,
  updated: status?.updatedReplicas ?? 0,
  ready: status?.readyReplicas ?? 0,
  available: status?.availableReplicas ?? 0,
  observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
  images: Object.fromEntries(
    (spec?.template.spec?.containers ?? []).map(({ name, image }) => [name, image ?? ""]),
  ),
  resources: containerResources({ spec }),
  selector: spec?.selector.matchLabels ?? {},
  probed: (spec?.template.spec?.containers ?? []).some(
    ({ readinessProbe, startupProbe }) => (readinessProbe ?? startupProbe)?.httpGet !== undefined,
  ),
});
