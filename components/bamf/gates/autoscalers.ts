import { z } from "zod";
import type { LiveObject } from "../../kubernetes/facts/cluster-facts";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, block, unknown } = gate("autoscalers");

const named = z.object({ metric: z.object({ name: z.string() }) });
const scaler = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    metrics: z
      .array(
        z.object({
          pods: named.optional(),
          object: named.optional(),
          external: named.optional(),
        }),
      )
      .default([]),
  }),
});
type Scaler = z.infer<typeof scaler>;

const liveScaler = z.object({
  kind: z.literal("HorizontalPodAutoscaler"),
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});
type LiveScaler = z.infer<typeof liveScaler>;

/** What this gate looks at. */
export interface AutoscalersArgs {
  /** Workloads and autoscalers that would be applied. */
  readonly objects: readonly KubernetesObject[];
  /** What of them lives in the cluster. */
  readonly live: Observation<readonly LiveObject[]>;
  /** Context and namespace. */
  readonly at: string;
}

/**
 * Looks at every autoscaler of the release (T-34): at least two pods, no number of pods declared beside it, and a metric that the cluster serves. One that is missing
 * keeps it from ever scaling down, and fills the events.
 */
export function autoscalers({ objects, live, at }: AutoscalersArgs): readonly Finding[] {
  const scalers = objects.flatMap((object) =>
    object.kind === "HorizontalPodAutoscaler" ? (scaler.safeParse(object).data ?? []) : [],
  );
  if (scalers.length === 0) return [pass({ at, found: "no autoscaler" })];
  if (!live.observed) return [unknown(couldNotLook(at, "the autoscalers", live.reason))];
  const running = live.value.flatMap(({ content }) => liveScaler.safeParse(content).data ?? []);
  const findings = scalers.flatMap((one) => [
    ...tooFew(one),
    ...declaredBeside(one, objects),
    ...metrics(one, running),
  ]);
  return findings.length > 0
    ? findings
    : [pass({ at, found: `autoscalers that can work: ${scalers.map(nameOf).sort().join(", ")}` })];
}

const nameOf = ({ metadata }: Scaler): string => metadata.name;
const placeOf = (one: Scaler): string => `HorizontalPodAutoscaler/${nameOf(one)}`;

const tooFew = (one: Scaler): readonly Finding[] =>
  one.spec.minReplicas >= 2
    ? []
    : [
        block({
          at: placeOf(one),
          found: `minReplicas ${one.spec.minReplicas}`,
          expected: "at least 2, so that one pod may go",
          fix: "raise autoscaling.minReplicas of this part in the values to 2 or more; an install that is taken over (adopt) is raised with Helm first, since it is taken over as it runs",
        }),
      ];

function declaredBeside(one: Scaler, objects: readonly KubernetesObject[]): readonly Finding[] {
  const { kind, name } = one.spec.scaleTargetRef;
  const target = objects.find((object) => object.kind === kind && object.metadata.name === name);
  const replicas = z.object({ spec: z.object({ replicas: z.number() }) }).safeParse(target);
  if (!replicas.success) return [];
  return [
    warn({
      at: `${kind}/${name}`,
      found: `replicas ${replicas.data.spec.replicas} next to ${placeOf(one)}`,
      expected: "replicas left out under an autoscaler, or both set it in turns",
      fix: "remove the number of replicas from the values, or turn the autoscaler off",
    }),
  ];
}

/** Metrics that somebody has to bring into the cluster. */
const customMetrics = ({ spec }: Scaler): readonly string[] =>
  spec.metrics.flatMap(({ pods, object, external }) =>
    [pods, object, external].flatMap((one) => one?.metric.name ?? []),
  );

function metrics(one: Scaler, running: readonly LiveScaler[]): readonly Finding[] {
  const custom = customMetrics(one);
  if (custom.length === 0) return [];
  const conditions = running.find(({ metadata }) => metadata.name === nameOf(one))?.status
    .conditions;
  const active = conditions?.find(({ type }) => type === "ScalingActive");
  if (active?.status === "True") return [];
  const fix = `install an adapter that serves it as a custom metric, or set autoscaling.targetTunnelsPerPod of this part to 0`;
  const at = placeOf(one);
  const expected = `a cluster that serves ${custom.join(" and ")}`;
  return [
    active === undefined
      ? warn({
          at,
          found: `${custom.join(" and ")}, a metric of which this autoscaler has not said yet whether the cluster serves it`,
          expected,
          fix,
        })
      : warn({
          at,
          found: `no scaling now${active.reason === "" ? "" : ` (${active.reason})`}: it reads ${custom.join(" and ")}`,
          expected,
          fix,
        }),
  ];
}
