import { z } from "zod";
import { intOrPercent } from "./int-or-percent";
import type { KubernetesObject } from "./object";
import { isWorkload, type WorkloadKind } from "./workload-kind";
import type { Objection } from "../../upgrade/finding";

const container = z.object({
  name: z.string(),
  image: z.string().default(""),
  ports: z.array(z.unknown()).default([]),
  lifecycle: z
    .object({
      preStop: z
        .object({
          sleep: z.object({ seconds: z.number() }).optional(),
          exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
        })
        .optional(),
    })
    .optional(),
});

/**
 * What the gates read of a workload, with the defaults of the API server filled in.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:pkg/apis/apps/v1/defaults.go` and pkg/apis/core/v1/defaults.go.
 */
const workloadShape = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    /** Of a Deployment. */
    strategy: z
      .object({
        type: z.enum(["RollingUpdate", "Recreate"]).default("RollingUpdate"),
        rollingUpdate: z
          .object({
            maxUnavailable: intOrPercent.default("25%"),
            maxSurge: intOrPercent.default("25%"),
          })
          .prefault({}),
      })
      .prefault({}),
    /** Of a StatefulSet. */
    updateStrategy: z
      .object({
        type: z.enum(["RollingUpdate", "OnDelete"]).default("RollingUpdate"),
        rollingUpdate: z.object({ partition: z.number().default(0) }).prefault({}),
      })
      .prefault({}),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }).prefault({}),
      spec: z.object({
        terminationGracePeriodSeconds: z.number().default(30),
        containers: z.array(container).default([]),
      }),
    }),
  }),
});

export type WorkloadShape = z.infer<typeof workloadShape> & { readonly kind: WorkloadKind };
export type ContainerShape = z.infer<typeof container>;

/** The workload of that name, read with its defaults; undefined if it is not among the objects or has another shape. */
export function readWorkload(
  objects: readonly KubernetesObject[],
  name: string,
): WorkloadShape | undefined {
  const object = named(objects, name);
  const parsed = workloadShape.safeParse(object);
  return object !== undefined && parsed.success ? { ...parsed.data, kind: object.kind } : undefined;
}

const named = (objects: readonly KubernetesObject[], name: string) =>
  objects.filter(isWorkload).find(({ metadata }) => metadata.name === name);

/** What a gate says where the workload that it asks about is not among the rendered objects. */
export const noWorkload = (at: string): Objection => ({
  at,
  found: `no such ${at.split("/", 1)[0] ?? ""} among the rendered objects`,
  expected: "one that can be read",
  fix: "check the release name and the values that name objects",
});

/** `StatefulSet/bridge`; a Deployment if it is not among the objects. */
export const placeIn = (objects: readonly KubernetesObject[], name: string): string =>
  `${named(objects, name)?.kind ?? "Deployment"}/${name}`;
