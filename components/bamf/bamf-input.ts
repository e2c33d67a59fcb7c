import { objectKey } from "../kubernetes/api/paths";
import type { ClusterFacts } from "../kubernetes/facts/cluster-facts";
import { findDrift } from "../kubernetes/facts/find-drift";
import type { GateInput } from "../kubernetes/gateway/gate-input";
import { runningPods, runningVersions } from "../kubernetes/gateway/running-pods";
import { isWorkload } from "../kubernetes/objects/workload-kind";
import { observed, unavailable, type Observation } from "../upgrade/observation";
import type { BamfConfig } from "./config";
import type { BridgeFacts } from "./gates/bridge-room";
import type { AgentsFacts } from "./look-at-agents";
import type { BamfRelease } from "./release";
import type { Part } from "./time-limits";

/** Everything that the gates of a BAMF on Kubernetes are asked about. */
export type BamfInput = GateInput<BamfConfig, BamfRelease>;

type Place = Pick<BamfInput, "settings" | "facts">;

/** A part of what was seen of the cluster. */
export const inCluster = <T>(
  { facts: { cluster } }: Pick<BamfInput, "facts">,
  part: (cluster: ClusterFacts) => T,
): Observation<T> => (cluster.observed ? observed(part(cluster.value)) : cluster);

/** Labels of the pods of a part, as the chart writes them. Its container is called as the part is. */
const labelsOf = ({ settings: { kubernetes } }: Place, part: Part) => ({
  "app.kubernetes.io/instance": kubernetes.release,
  "app.kubernetes.io/component": part,
});

/** Tags of the images that a part runs now, each once. */
export const tagsOf = (cluster: ClusterFacts, place: Place, part: Part): readonly string[] =>
  runningVersions(cluster, labelsOf(place, part), part);

/** Workloads whose image somebody else has written since this program did, by kind and name: the engine does not see it. */
export const imagesByHand = ({
  settings: { kubernetes },
  facts: { cluster },
  release: { applied },
}: BamfInput): readonly string[] => {
  if (!cluster.observed) return [];
  const live = new Map(cluster.value.live.map((object) => [object.key, object]));
  return applied.filter(isWorkload).flatMap((object) => {
    const found = live.get(objectKey({ ...object, ...object.metadata }, kubernetes.namespace));
    const drift = found === undefined ? [] : findDrift(object, found);
    return drift.some(({ path }) => path.endsWith(".image"))
      ? [`${object.kind}/${object.metadata.name}`]
      : [];
  });
};

/** Pods of a part that run; none where nobody could look. */
export const podsOf = (place: Place, part: Part): number =>
  place.facts.cluster.observed
    ? runningPods(place.facts.cluster.value, labelsOf(place, part)).length
    : 0;

/** What BAMF's own look brings: who has tunnels, and how many. */
export interface TunnelFacts {
  readonly bridges: readonly BridgeFacts[];
  readonly agents: AgentsFacts;
}

/** It is given to nobody else. */
export const tunnelsSeen = ({
  facts: { seen },
}: Pick<BamfInput, "facts">): Observation<TunnelFacts> =>
  (seen as Observation<TunnelFacts> | undefined) ?? unavailable("nobody asked them");

export function bridgesSeen(input: Pick<BamfInput, "facts">): Observation<readonly BridgeFacts[]> {
  const seen = tunnelsSeen(input);
  return seen.observed ? observed(seen.value.bridges) : seen;
}
