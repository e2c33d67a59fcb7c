import type { Edit } from "./workload";

/** A changed secret rolls the pods: the chart's own checksum does not follow a Secret that it did not render (T-16). */
export const rollOnSecretChange =
  (checksum: string): Edit =>
  (workload) => {
    const { template } = workload.spec;
    const annotations = { ...template.metadata?.annotations, "gateways/secret-checksum": checksum };
    return {
      ...workload,
      spec: {
        ...workload.spec,
        template: { ...template, metadata: { ...template.metadata, annotations } },
      },
    };
  };
