import type { ClusterFacts } from "../kubernetes/facts/cluster-facts";
import type { GateInput } from "../kubernetes/gateway/gate-input";
import { runningPods, runningVersions } from "../kubernetes/gateway/running-pods";
import { observed, unavailable, type Observation } from "../upgrade/observation";
import type { BamfConfig } from "./config";
import type { BridgeFacts } from "./gates/bridge-room";
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

/** Pods of a part that run; none where nobody could look. */
export const podsOf = (place: Place, part: Part): number =>
  place.facts.cluster.observed
    ? runningPods(place.facts.cluster.value, labelsOf(place, part)).length
    : 0;

/** What BAMF's own look has brought: it is given to nobody else. */
export const bridgesSeen = ({
  facts: { seen },
}: Pick<BamfInput, "facts">): Observation<readonly BridgeFacts[]> =>
  (seen as Observation<readonly BridgeFacts[]> | undefined) ?? unavailable("nobody asked them");
