import { fingerprint } from "../../upgrade/fingerprint";
import { leavePodsAlone } from "../edits/leave-pods-alone";
import type { Workload } from "../edits/workload";
import { chartRecord } from "../helm/chart-record";
import type { Rendering } from "../helm/render";
import type { AvailabilityArgs } from "../objects/availability-objects";
import type { KubernetesObject } from "../objects/object";
import { isWorkload } from "../objects/workload-kind";
import type { KubernetesRelease, ReleaseNames } from "./product";
import type { KubernetesSettings } from "./settings";

/** What the chart of a release came to, edited. */
export interface ReleaseParts {
  readonly settings: Pick<KubernetesSettings, "version" | "adopt" | "kubernetes">;
  readonly names: ReleaseNames;
  /** Labels that all objects of the release share. */
  readonly labels: Readonly<Record<string, string>>;
  readonly rendering: Pick<Rendering, "chart" | "defaults">;
  /** What the pods and the migration need before they start; stores that the chart bundles among it. */
  readonly others: readonly KubernetesObject[];
  readonly workloads: readonly Workload[];
  readonly job: KubernetesObject;
  readonly availability: AvailabilityArgs;
}

/**
 * Puts a release together: with the record of its chart, with what of its workloads is applied, and with the hash over all of it. While an install by Helm is
 * adopted nothing is applied that has pods of its own to restart, be it a store that the chart bundles.
 */
export function assembleRelease({
  settings,
  names,
  labels,
  rendering,
  others,
  workloads,
  job,
  availability,
}: ReleaseParts) {
  const { namespace } = settings.kubernetes;
  const asApplied = settings.adopt ? withoutPods : same;
  const applied = asApplied(workloads);
  const record = chartRecord({ fullname: names.fullname, namespace, labels, rendering });
  return {
    version: settings.version,
    configuration: [...others, record],
    appliedConfiguration: [...asApplied(others), record],
    workloads,
    applied,
    job,
    availability,
    // Without the record: it says where the objects come from, and changes nothing that runs.
    configHash: fingerprint([asApplied(others), applied, job, availability]),
  } satisfies Partial<KubernetesRelease>;
}

const same = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => objects;

const withoutPods = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.map((object) => (isWorkload(object) ? leavePodsAlone(object as Workload) : object));
