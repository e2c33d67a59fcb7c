import { objectKey } from "../api/paths";
import type { KubernetesObject } from "../objects/object";
import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import type { ClusterFacts } from "../facts/cluster-facts";
import { findDrift, findMissing, type Drift } from "../facts/find-drift";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, unknown } = gate("drift");

/** What this gate looks at. */
export interface DriftArgs {
  readonly cluster: Observation<ClusterFacts>;
  /** Everything that this program would apply. */
  readonly objects: readonly KubernetesObject[];
  /** True if the very same objects were verified last: what is not there was taken away. */
  readonly unchanged: boolean;
  /** Namespace of the release. */
  readonly namespace: string;
  /** Context and namespace. */
  readonly at: string;
}

/**
 * Tells what somebody has changed behind this program's back: which field of which object, and who. The engine compares with its own
 * state and not with the cluster, so that neither preview nor `up` would show it, and `up` might go over it without a word.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go` (Diff asks no cluster).
 */
export function drift({
  cluster,
  objects,
  unchanged,
  namespace,
  at,
}: DriftArgs): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the objects", cluster.reason))];
  const live = new Map(cluster.value.live.map((object) => [object.key, object]));
  const findings = objects.flatMap((object) => {
    const found = live.get(objectKey({ ...object, ...object.metadata }, namespace));
    if (found === undefined) return unchanged ? [reported(object, gone)] : [];
    const missing = unchanged ? findMissing(object, found) : [];
    return [...findDrift(object, found), ...missing].map((one) => reported(object, one));
  });
  return findings.length > 0
    ? findings
    : [pass({ at, found: `${counted(live.size, "object")}, none changed by somebody else` })];
}

const gone: Drift = {
  path: "",
  manager: undefined,
  stubborn: false,
  found: "no such object any more",
};

const reported = ({ kind, metadata }: KubernetesObject, one: Drift): Finding => {
  const { path, manager, found } = one;
  return warn({
    at: [`${kind}/${metadata.name}`, path].filter((part) => part !== "").join(" "),
    found: `${found}${manager === undefined ? "" : `, written by ${manager}`}`,
    expected: "what this program applied",
    fix: `to keep it, write it in the stack file; to undo it, ${undo(one)}`,
  });
};

const undo = ({ manager = "", stubborn }: Drift): string => {
  if (!stubborn) return "run pulumi refresh and then pulumi up; up alone does not see it";
  const how = manager.startsWith("kubectl") ? "with kubectl, as it was made" : `by ${manager}`;
  return `set it back ${how}, before an up has to write this object and fails on the conflict`;
};
