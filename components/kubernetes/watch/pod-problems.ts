import type {
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
} from "@kubernetes/client-node";
import { startBudget, readyBudget } from "../objects/probe-budget";
import type { PodProblem } from "./problems";
import type { Json } from "../api/json";

/** How long trouble that may pass by itself is allowed to last, in seconds. */
export interface Tolerance {
  /** A pod that fits on no node. @defaultValue 10; raise it where nodes are added on demand */
  readonly unschedulable?: number | undefined;
  /** A pod that runs and is not ready. @defaultValue what its own probes allow, and 10 more */
  readonly ready?: number | undefined;
}

/** Everything about one pod that says it will not come up, straight from its status. A healthy or ending pod gives none. */
export function findPodProblems(
  pod: Json<V1Pod>,
  tolerance: Tolerance = {},
): readonly PodProblem[] {
  if (pod.metadata?.deletionTimestamp !== undefined) return [];
  return [
    ...scheduling(pod, tolerance.unschedulable ?? 10),
    ...(pod.status?.initContainerStatuses ?? []).flatMap((status) => [
      ...waiting(pod, status),
      ...crashing(pod, status),
    ]),
    ...(pod.status?.containerStatuses ?? []).flatMap((status) => [
      ...waiting(pod, status),
      ...crashing(pod, status),
      ...unready(pod, status, tolerance.ready),
    ]),
  ];
}

const nameOf = (pod: Json<V1Pod>) => pod.metadata?.name ?? "";

const containerOf = (pod: Json<V1Pod>, name: string): Json<V1Container> | undefined =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
    (container) => container.name === name,
  );

function scheduling(pod: Json<V1Pod>, tolerance: number): readonly PodProblem[] {
  const condition = pod.status?.conditions?.find(
    ({ type, status, reason }) =>
      type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  if (condition === undefined) return [];
  const name = nameOf(pod);
  const text = `pod ${name} fits on no node: ${(condition.message ?? "no reason given").replace(/\.$/, "")}`;
  // All pods of one workload share the problem: it is the same trouble, whoever has it.
  return [{ key: "unschedulable", kind: "unschedulable", text, tolerance, pod: name }];
}

/** Waiting reasons of the kubelet and how long each may last. Source: `kubernetes/kubernetes@v1.34.4:pkg/kubelet/images/types.go` */
const waitingReasons: Readonly<Record<string, Pick<PodProblem, "kind" | "tolerance">>> = {
  InvalidImageName: { kind: "image", tolerance: 0 },
  ErrImageNeverPull: { kind: "image", tolerance: 0 },
  ErrImagePull: { kind: "image", tolerance: 12 },
  ImagePullBackOff: { kind: "image", tolerance: 12 },
  RegistryUnavailable: { kind: "image", tolerance: 12 },
  SignatureValidationFailed: { kind: "image", tolerance: 0 },
  CreateContainerConfigError: { kind: "settings", tolerance: 5 },
  CreateContainerError: { kind: "settings", tolerance: 5 },
  RunContainerError: { kind: "settings", tolerance: 5 },
};

/** What a registry says when asking again would not help. */
const final = /not found|manifest unknown|denied|unauthorized|forbidden/i;

function waiting(pod: Json<V1Pod>, status: Json<V1ContainerStatus>): readonly PodProblem[] {
  const reason = status.state?.waiting?.reason ?? "";
  const rule = waitingReasons[reason];
  if (rule === undefined) return [];
  const message = status.state?.waiting?.message ?? "";
  const tolerance = rule.kind === "image" && final.test(message) ? 0 : rule.tolerance;
  const what =
    rule.kind === "image"
      ? `cannot get the image ${status.image}`
      : `container ${status.name} cannot be created`;
  const text = `${what}: ${reason}${message === "" ? "" : `: ${message}`}`;
  const { kind } = rule;
  // One key per container, not per reason: a failed pull flips between ErrImagePull and ImagePullBackOff.
  return [{ key: `${kind}/${status.name}`, kind, text, tolerance, pod: nameOf(pod) }];
}

function crashing(pod: Json<V1Pod>, status: Json<V1ContainerStatus>): readonly PodProblem[] {
  const last = status.state?.terminated ?? status.lastState?.terminated;
  // A finished init container is no crash, and a pod that is never restarted belongs to a Job, which judges it.
  if (last === undefined || status.ready || pod.spec?.restartPolicy === "Never") return [];
  const down = status.state?.running === undefined;
  const twice = last.exitCode !== 0 && down && status.restartCount >= 1;
  if (!twice && status.restartCount < 2) return [];
  const kind = last.reason === "OOMKilled" ? "memory" : "crash";
  const times = status.restartCount + (down ? 1 : 0);
  const text = `container ${status.name} of pod ${nameOf(pod)} ${howItEnded(pod, status, last)}, ${times} times`;
  return [{ ...place(pod, status), key: `crash/${status.name}`, kind, text, tolerance: 0 }];
}

function howItEnded(
  pod: Json<V1Pod>,
  status: Json<V1ContainerStatus>,
  end: Json<V1ContainerStateTerminated>,
): string {
  if (end.reason === "OOMKilled") {
    const limit = containerOf(pod, status.name)?.resources?.limits?.["memory"];
    return `ran out of memory (OOMKilled, limit ${limit ?? "of the node"})`;
  }
  const message = end.message === undefined ? "" : `: ${end.message.trim()}`;
  const reason = end.reason === undefined || end.reason === "Error" ? "" : ` (${end.reason})`;
  return `ended with exit code ${end.exitCode}${reason}${message}`;
}

function unready(
  pod: Json<V1Pod>,
  status: Json<V1ContainerStatus>,
  limit: number | undefined,
): readonly PodProblem[] {
  const container = containerOf(pod, status.name);
  if (status.ready || status.state?.running === undefined || container === undefined) return [];
  const started = status.started === true;
  const kind = started ? "unready" : "starting";
  const budget = started ? readyBudget(container) : startBudget(container);
  const tolerance = Math.min(budget, limit ?? Infinity);
  const probe = started ? "readiness" : "startup";
  const text = `container ${status.name} of pod ${nameOf(pod)} runs, but its ${probe} probe has not passed within ${tolerance} s`;
  return [{ ...place(pod, status), key: `${kind}/${nameOf(pod)}`, kind, text, tolerance }];
}

const place = (pod: Json<V1Pod>, status: Json<V1ContainerStatus>) => ({
  pod: nameOf(pod),
  container: status.name,
});
