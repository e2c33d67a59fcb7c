import { describeResources } from "../objects/quantity";
import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import { describeDemand, wholePods, type Demand, type PodDemand } from "../objects/demand";
import type { ClusterFacts, NodeFacts, Resources } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("capacity");

/**
 * Lets an upgrade begin only if every chapter's additional pods find a node by what they request (S-05): the largest first, each on the
 * node that it fills best; what pods grow by may find its room on another node than theirs. Taints and affinity are not looked at; quotas
 * are the gate quota's question. If the cluster adds nodes on demand, a pod that finds none now is reported and waited for.
 */
export function capacity({
  cluster,
  demands,
  onDemandSeconds,
  at,
}: {
  readonly cluster: Observation<ClusterFacts>;
  readonly demands: readonly Demand[];
  /** Longest wait for a node that the cluster adds. @defaultValue undefined: it adds none */
  readonly onDemandSeconds?: number | undefined;
  /** Context. */
  readonly at: string;
}): readonly Finding[] {
  if (!cluster.observed) return [unknown(couldNotLook(at, "the nodes", cluster.reason))];
  const nodes = cluster.value.nodes.filter(({ ready, schedulable }) => ready && schedulable);
  const findings = demands.map((demand) => judgeDemand(demand, nodes, at));
  return onDemandSeconds === undefined
    ? findings
    : findings.map((finding) => waitedFor(finding, onDemandSeconds));
}

/** What no node has room for now, one that the cluster adds may have. */
const waitedFor = (finding: Finding, seconds: number): Finding =>
  finding.verdict === "pass"
    ? finding
    : warn({
        at: finding.at,
        found: `${finding.found}; a node that the cluster adds is waited for, up to ${counted(seconds, "second")} per pod`,
        expected: finding.expected,
        fix: "see that the cluster may add a node of that size",
      });

interface Room extends Resources {
  readonly name: string;
}

function judgeDemand(demand: Demand, nodes: readonly NodeFacts[], at: string): Finding {
  const { pods } = demand;
  let rooms = nodes.map(freeRoom);
  for (const pod of [...pods].sort((one, other) => bySize(other.requests, one.requests))) {
    const best = bestRoom(rooms, pod.requests);
    if (best === undefined) return noRoom(demand, pod, rooms, at);
    rooms = rooms.map((room) => (room === best ? minus(room, pod.requests) : room));
  }
  return pass({
    at,
    found: `room for ${counted(wholePods(pods).length, "more pod")} of the ${describeDemand(demand)}`,
  });
}

function noRoom(demand: Demand, pod: PodDemand, rooms: readonly Room[], at: string): Finding {
  const most = [...rooms].sort((one, other) => bySize(other, one))[0];
  const left =
    most === undefined
      ? "no node takes pods"
      : `the roomiest node, ${most.name}, has ${describeResources(most)} left`;
  return block({
    at,
    found: `no node for ${pod.name} in the ${describeDemand(demand)}: ${left}`,
    expected: describeResources(pod.requests),
    fix: "add a node, or lower what is requested",
  });
}

const freeRoom = ({ name, allocatable, requested }: NodeFacts): Room => ({
  name,
  cpu: Math.max(allocatable.cpu - requested.cpu, 0),
  memory: Math.max(allocatable.memory - requested.memory, 0),
});

const bestRoom = (rooms: readonly Room[], wanted: Resources): Room | undefined =>
  rooms
    .filter(({ cpu, memory }) => cpu >= wanted.cpu && memory >= wanted.memory)
    .sort((one, other) => bySize(one, other) || one.name.localeCompare(other.name))[0];

const minus = (room: Room, taken: Resources): Room => ({
  name: room.name,
  cpu: room.cpu - taken.cpu,
  memory: room.memory - taken.memory,
});

/** Memory first: it is what cannot be throttled. */
const bySize = (one: Resources, other: Resources): number =>
  one.memory - other.memory || one.cpu - other.cpu;
