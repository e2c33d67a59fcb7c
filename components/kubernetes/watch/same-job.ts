import type { V1Job } from "@kubernetes/client-node";
import type { Json } from "../api/json";

/** Labels that the Job controller gives to each Job's own pods. Source: `kubernetes/api@v0.34.4:batch/v1/types.go` */
const controllerLabels = [
  "controller-uid",
  "job-name",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-name",
];

/** The same Job, to be made again and to run at once: without what the server and the controller have added to the old one. */
export function sameJob({ metadata, spec }: Json<V1Job>): unknown {
  const template = spec?.template;
  const labels = Object.fromEntries(
    Object.entries(template?.metadata?.labels ?? {}).filter(
      ([key]) => !controllerLabels.includes(key),
    ),
  );
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: metadata?.name,
      namespace: metadata?.namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
    },
    spec: {
      ...spec,
      // Both name the old Job; the server gives new ones.
      selector: undefined,
      manualSelector: undefined,
      suspend: false,
      template: {
        metadata: { labels, annotations: template?.metadata?.annotations },
        spec: template?.spec,
      },
    },
  };
}
