import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import type { ClusterFacts, WorkloadFacts } from "../facts/cluster-facts";
import { gate, type Finding, type Objection } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { goesBack, type Plan } from "../../upgrade/plan/plan";

const { pass, warn, block, unknown } = gate("cluster-health");

/** Restarts of one pod from which on they are reported. */
const manyRestarts = 3;

/**
 * Lets an upgrade begin only from a release that is well, on nodes that can take pods (B-21, S-30, S-50). Going back, and going on
 * with what was cut off, is never stopped: that is the way out of a release that is not well.
 */
export function clusterHealth({
  cluster,
  plan,
  at,
  mended = [],
}: {
  readonly cluster: Observation<ClusterFacts>;
  readonly plan: Plan;
  /** Context and namespace. */
  readonly at: string;
  /** Workloads that are unwell for the HTTP probes of their pods, which the upgrade takes away (T-01). @defaultValue none */
  readonly mended?: readonly string[];
}): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the cluster", cluster.reason))];
  const { nodes, workloads, pods } = cluster.value;
  const objections = [
    ...(plan.change === "install" ? [] : sickWorkloads(workloads, at, mended)),
    ...pods
      .map(({ name, containers }) => ({
        name,
        restarts: containers.reduce((sum, container) => sum + container.restarts, 0),
      }))
      .filter(({ restarts }) => restarts >= manyRestarts)
      .map(({ name, restarts }) => restarted(name, restarts)),
  ];
  const findings = [...judgeNodes(nodes, at), ...objections.map(weigh(plan))];
  return findings.length > 0
    ? findings
    : [
        pass({
          at,
          found: `${counted(nodes.length, "node")} and ${counted(workloads.length, "workload")}, all well`,
        }),
      ];
}

interface Weighed extends Objection {
  /** False for what is only worth knowing. */
  readonly grave: boolean;
}

function weigh(plan: Plan): (objection: Weighed) => Finding {
  const wayOut = plan.unfinished || goesBack(plan) || plan.change === "none";
  return ({ grave, ...objection }) => (grave && !wayOut ? block(objection) : warn(objection));
}

function sickWorkloads(
  workloads: readonly WorkloadFacts[],
  at: string,
  mended: readonly string[],
): readonly Weighed[] {
  if (workloads.length === 0) {
    return [
      {
        at,
        found: "no Deployment of the release, though one was verified or runs",
        expected: "the release in this namespace",
        fix: "check context and namespace; to build it up again, set the version to the verified release, then run pulumi refresh and pulumi up",
        grave: true,
      },
    ];
  }
  const stopped = workloads.flatMap(stoppedByRestore);
  const sick = workloads.filter(isSick).map((workload) => {
    const {
      kind = "Deployment",
      name,
      desired,
      updated,
      ready,
      available,
      observed,
      probed,
    } = workload;
    const passes = probed && mended.includes(name);
    return {
      at: `${kind}/${name}`,
      found: observed
        ? `of ${desired} pods ${updated} up to date, ${ready} ready, ${available} available`
        : "a change that its controller has not seen yet",
      expected: `all ${desired} up to date, ready and available`,
      fix: passes
        ? "nothing; it is probed on a port that it never opens, and the upgrade takes those probes away"
        : "repair the running release first, or go back",
      grave: !passes,
    };
  });
  return [...stopped, ...sick];
}

/** A restore that was killed has undone nothing; a release that is wanted as it was applied last would not be applied again. */
const stoppedByRestore = ({
  kind = "Deployment",
  name,
  stoppedFrom,
}: WorkloadFacts): readonly Weighed[] =>
  stoppedFrom === undefined
    ? []
    : [
        {
          at: `${kind}/${name}`,
          found: `no pods: a restore, or a way down of the schema, has stopped it, at ${counted(stoppedFrom, "replica")}`,
          expected: "a way back that was carried to its end",
          // Never by kubectl scale: the release would start on a database that may be that of another one by now.
          fix: "set the version to what it was going back to and run pulumi up, which goes on; or, to give that up, set it to the release that ran before and run pulumi up, which starts it if the database is still its own",
          grave: true,
        },
      ];

/** While old pods are held no new one counts as available, whatever its state: the roll goes on from there. */
const isSick = ({
  desired,
  updated,
  ready,
  available,
  observed,
  held = false,
}: WorkloadFacts): boolean =>
  !observed || Math.min(updated, ready, held ? ready : available) < desired;

const restarted = (name: string, restarts: number): Weighed => ({
  at: `Pod/${name}`,
  found: `${restarts} restarts`,
  expected: `fewer than ${manyRestarts}`,
  fix: "read the logs of its former containers before the upgrade hides them",
  grave: false,
});

function judgeNodes(nodes: ClusterFacts["nodes"], at: string): readonly Finding[] {
  const usable = nodes.filter(({ ready, schedulable }) => ready && schedulable);
  const down = nodes.filter(({ ready }) => !ready).map(({ name }) => name);
  if (usable.length === 0) {
    return [
      block({
        at,
        found: `none of ${nodes.length} nodes can take pods`,
        expected: "at least one node that is ready and not cordoned",
        fix: "bring a node back before the upgrade",
      }),
    ];
  }
  if (down.length === 0) return [];
  return [
    warn({
      at,
      found: `not ready: ${down.sort().join(", ")}`,
      expected: "every node ready",
      fix: "repair or remove the node; its pods cannot end in order",
    }),
  ];
}
