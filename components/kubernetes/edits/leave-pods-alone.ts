import type { KubernetesObject } from "../objects/object";
import type { Workload } from "./workload";

/**
 * The workload without its pod template: applied over a live one it leaves the pods as they run, and if there is none it is refused
 * by the API server. An install by Helm is taken over like this; any change to the template, even of an annotation, would restart its pods.
 */
export function leavePodsAlone({ spec, ...workload }: Workload): KubernetesObject {
  return {
    ...workload,
    spec: Object.fromEntries(Object.entries(spec).filter(([key]) => key !== "template")),
  };
}
