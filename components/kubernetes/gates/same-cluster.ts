import { couldNotLook } from "../../upgrade/could-not-look";
import type { ClusterFacts } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Identity } from "../../upgrade/evidence/identity";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("same-cluster");

type Sight = Pick<ClusterFacts, "uid" | "workloads">;

/** What this gate looks at. */
export interface SameClusterArgs {
  readonly cluster: Observation<Sight>;
  /** What the stack recorded of the cluster that it installed in; undefined before the first record. */
  readonly identity: Pick<Identity, "cluster"> | undefined;
  /** Release that this stack verified last; undefined before the first. */
  readonly verified: string | undefined;
  /** Context. */
  readonly at: string;
}

const MOVE =
  "set the context of that cluster; a gateway moves by its removal there and an install here (docs/with-pulumi-itself.md, Another cluster)";

/**
 * Lets a run touch only the cluster in which the stack's gateway lives, by whatever context and from whatever machine. The engine takes the stack
 * file's word for the cluster: aimed at another one it would hold that all objects are there, and an upgrade would write into a stranger's namespace.
 */
export function sameCluster(args: SameClusterArgs): readonly Finding[] {
  const { cluster, identity, at } = args;
  if (!cluster.observed)
    return [unknown(couldNotLook(at, "the cluster's identity", cluster.reason))];
  const { uid } = cluster.value;
  const recorded = identity?.cluster;
  if (recorded === undefined) return [firstLook(args, cluster.value)];
  if (uid === undefined) return [unknown({ ...cannotTell(at), expected: `cluster ${recorded}` })];
  if (uid === recorded) return [pass({ at, found: `the cluster of this stack, ${uid}` })];
  return [
    block({
      at,
      found: `another cluster, ${uid}`,
      expected: `cluster ${recorded}, in which this stack has installed its gateway`,
      fix: MOVE,
    }),
  ];
}

/** True if the stack file is aimed at another cluster than the one that the gateway was installed in. */
export const isElsewhere = ({
  cluster,
  identity,
}: Pick<SameClusterArgs, "cluster"> & Partial<Pick<SameClusterArgs, "identity">>): boolean =>
  cluster.observed &&
  identity?.cluster !== undefined &&
  cluster.value.uid !== undefined &&
  cluster.value.uid !== identity.cluster;

/** Before there is a record of the cluster: an installed gateway is known by its workloads. */
function firstLook({ verified, at }: SameClusterArgs, { uid, workloads }: Sight): Finding {
  if (verified !== undefined && workloads.length === 0)
    return block({
      at,
      found: `a cluster without any workload of the gateway, although this stack has verified ${verified}`,
      expected: "the cluster in which it was verified",
      fix: MOVE,
    });
  return uid === undefined
    ? warn(cannotTell(at))
    : pass({ at, found: `cluster ${uid}, from now on the one of this stack` });
}

const cannotTell = (at: string) => ({
  at,
  found: "no right to tell this cluster from another one",
  expected: "the uid of namespace kube-system",
  fix: "let the user of the context get the namespace kube-system (docs/cluster-rights.yaml)",
});
