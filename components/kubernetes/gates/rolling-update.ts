import {
  noWorkload,
  placeIn,
  readWorkload,
  type ContainerShape,
  type WorkloadShape,
} from "../objects/workload-shape";
import { resolveCount } from "../objects/int-or-percent";
import type { KubernetesObject } from "../objects/object";
import { replicaRange } from "../objects/replica-range";
import { gate, type Finding } from "../../upgrade/finding";

const { pass, warn, block } = gate("rolling-update");

/** What this gate looks at. */
export interface RollingUpdateArgs {
  readonly objects: readonly KubernetesObject[];
  /** Name of the workload that has to keep serving. */
  readonly workload: string;
  /** Longest that the program waits for open requests after SIGTERM, in seconds. */
  readonly drainSeconds: number;
}

/**
 * Lets an upgrade begin only if no pod goes before its successor serves, or, in a StatefulSet, before it has its turn; and a pod that goes keeps serving until its
 * endpoint is out and then has the time to end its requests (S-54).
 */
export function rollingUpdate({
  objects,
  workload,
  drainSeconds,
}: RollingUpdateArgs): readonly Finding[] {
  const at = placeIn(objects, workload);
  const shape = readWorkload(objects, workload);
  const range = replicaRange(objects, workload);
  if (shape === undefined || range === undefined) {
    return [block(noWorkload(at))];
  }
  const grace = shape.spec.template.spec.terminationGracePeriodSeconds;
  return [
    shape.kind === "StatefulSet"
      ? judgeTurns(at, shape, range.max)
      : judgeStrategy(at, shape, range.min, range.max),
    ...serving(shape).map((container) => judgeDrain(at, container, grace, drainSeconds)),
  ];
}

function judgeStrategy(at: string, shape: WorkloadShape, min: number, max: number): Finding {
  const { type, rollingUpdate } = shape.spec.strategy;
  const fix = "set the strategy to RollingUpdate with maxUnavailable 0 and maxSurge 1";
  if (type === "Recreate") {
    return block({ at, found: "strategy Recreate", expected: "RollingUpdate", fix });
  }
  const lost = Math.max(unavailable(rollingUpdate, min), unavailable(rollingUpdate, max));
  const found = `RollingUpdate with maxUnavailable ${rollingUpdate.maxUnavailable}, which is ${lost} of ${max} pods`;
  return lost === 0 ? pass({ at, found }) : block({ at, found, expected: "0 pods", fix });
}

/** A StatefulSet has no surge: what keeps all but one of its pods is that each waits for its turn. */
function judgeTurns(at: string, { spec }: WorkloadShape, max: number): Finding {
  const { type, rollingUpdate } = spec.updateStrategy;
  const fix = `set its updateStrategy to RollingUpdate with partition ${max}`;
  if (type === "OnDelete") {
    return block({ at, found: "strategy OnDelete", expected: "RollingUpdate", fix });
  }
  const free = Math.max(max - rollingUpdate.partition, 0);
  const found = `RollingUpdate with partition ${rollingUpdate.partition}, which lets ${free} of ${max} pods go by themselves`;
  return free === 0
    ? pass({ at, found: `${found}: each waits for its turn` })
    : block({ at, found, expected: "0 pods", fix });
}

/**
 * Pods that may be missing during a rollout: unavailable is rounded down, surge up, and both at 0 become 1 unavailable.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/controller/deployment/util/deployment_util.go` (ResolveFenceposts).
 */
function unavailable(
  { maxUnavailable, maxSurge }: WorkloadShape["spec"]["strategy"]["rollingUpdate"],
  pods: number,
): number {
  const lost = resolveCount(maxUnavailable, pods, "down");
  return lost === 0 && resolveCount(maxSurge, pods, "up") === 0 ? 1 : lost;
}

/** Containers that take traffic: those with a port, or all if none names one. */
function serving({ spec }: WorkloadShape): readonly ContainerShape[] {
  const { containers } = spec.template.spec;
  const open = containers.filter(({ ports }) => ports.length > 0);
  return open.length > 0 ? open : containers;
}

function judgeDrain(
  at: string,
  { name, lifecycle }: ContainerShape,
  grace: number,
  drainSeconds: number,
): Finding {
  const place = `${at} container ${name}`;
  const pause = lifecycle?.preStop === undefined ? 0 : pauseSeconds(lifecycle.preStop);
  if (pause === undefined) {
    return warn({
      at: place,
      found: "a preStop hook whose length cannot be read",
      expected: "a sleep of whole seconds",
      fix: `make sure that it ends ${drainSeconds} s before the grace period of ${grace} s`,
    });
  }
  const found = `preStop pause ${pause} s, grace period ${grace} s`;
  if (pause > 0 && grace >= pause + drainSeconds) return pass({ at: place, found });
  return block({
    at: place,
    found,
    expected: `a pause above 0 s, and a grace period of it plus ${drainSeconds} s to drain`,
    fix: "set rollout.drainSeconds, and the grace period accordingly",
  });
}

/** Seconds that the hook sleeps; undefined if that cannot be read off it. */
function pauseSeconds({
  sleep,
  exec,
}: NonNullable<NonNullable<ContainerShape["lifecycle"]>["preStop"]>): number | undefined {
  if (sleep !== undefined) return sleep.seconds;
  const seconds = /\bsleep (\d+)\b/.exec(exec?.command.join(" ") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
