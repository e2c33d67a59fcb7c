import { z } from "zod";
import { differences } from "../facts/compare-live";
import type { KubernetesObject } from "../objects/object";
import { isWorkload } from "../objects/workload-kind";
import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import type { AdoptionFacts } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { valueAt } from "../../upgrade/values";

const { pass, warn, block, unknown } = gate("adopted-objects");

/** What this gate looks at. */
export interface AdoptedObjectsArgs {
  readonly adoption: Observation<AdoptionFacts>;
  /** Everything that the stack file and the chart come to, as it would be without an adoption. */
  readonly objects: readonly KubernetesObject[];
  /** Context and namespace. */
  readonly at: string;
}

/** Parts of a workload that an adoption must find as they are to be: the first two change pods, the others cannot change. */
const FIXED: readonly RegExp[] = [
  /^spec\.template\.spec\.(initC|c)ontainers\[[^\]]+\]\.image$/,
  /^spec\.replicas$/,
  /^spec\.(selector|podManagementPolicy|serviceName|volumeClaimTemplates)\b/,
];
/** The same of an autoscaler, which starts and stops pods by them. */
const FIXED_OF_SCALERS: readonly RegExp[] = [/^spec\.(minReplicas|maxReplicas)$/];

/**
 * Says of every object what its adoption means: taken over as it is, changed in place and where, kept until the next upgrade, made new, or
 * left to nobody. Differences are reported by their paths, never by their values. What would restart pods or change their number is refused.
 */
export function adoptedObjects({ adoption, objects, at }: AdoptedObjectsArgs): readonly Finding[] {
  if (!adoption.observed) return [unknown(couldNotLook(at, "the live objects", adoption.reason))];
  const { objects: live, leftOver } = adoption.value;
  const plain = objects.filter(({ kind }) => kind !== "Secret");
  const pairs = plain.map((wanted) => ({ wanted, found: live.find((one) => isSame(one, wanted)) }));
  const scaled = pairs
    .filter(({ found }) => found !== undefined)
    .flatMap(({ wanted }) => scaledBy(wanted));
  const findings = [
    ...missing(
      pairs.filter(({ found }) => found === undefined).map(({ wanted }) => wanted),
      at,
    ),
    ...pairs.flatMap(({ wanted, found }) =>
      found === undefined ? [] : compareOne(wanted, found, scaled),
    ),
    ...abandoned(leftOver, at),
  ];
  const same = `${counted(live.length, "object")} to be taken over as they are`;
  return findings.length > 0 ? findings : [pass({ at, found: same })];
}

const scaler = z.object({
  kind: z.literal("HorizontalPodAutoscaler"),
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }),
});

const isScaler = (object: KubernetesObject): boolean => scaler.safeParse(object).success;

/** The workload whose number of pods an object decides on, if it is an autoscaler. */
const scaledBy = (object: KubernetesObject): readonly string[] => {
  const target = scaler.safeParse(object).data?.spec.scaleTargetRef;
  return target === undefined ? [] : [`${target.kind}/${target.name}`];
};

const isSame = (one: KubernetesObject, other: KubernetesObject): boolean =>
  one.kind === other.kind && one.metadata.name === other.metadata.name;

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind}/${metadata.name}`;

function missing(objects: readonly KubernetesObject[], at: string): readonly Finding[] {
  const workloads = objects.filter(isWorkload);
  const others = objects.filter((object) => !isWorkload(object)).map(nameOf);
  return [
    ...workloads.map((workload) =>
      block({
        at: nameOf(workload),
        found: `no such ${workload.kind}`,
        expected: "the one that Helm has installed",
        fix: "give the values that the install has, above all those that name objects",
      }),
    ),
    ...(others.length === 0
      ? []
      : [
          warn({
            at,
            found: `not in the install, and made new: ${others.join(", ")}`,
            expected: "every object of the stack file in the install",
            fix: "nothing if that is meant; else give the values that the install has",
          }),
        ]),
  ];
}

/** @param scaled - workloads whose number of pods an autoscaler of the install decides on, as it will */
function compareOne(
  wanted: KubernetesObject,
  live: KubernetesObject,
  scaled: readonly string[],
): readonly Finding[] {
  const at = nameOf(wanted);
  const isLeft = scaled.includes(at) && valueAt(wanted, ["spec", "replicas"]) === undefined;
  const paths = differences(wanted, live).filter((path) => !(isLeft && path === "spec.replicas"));
  const forms = isWorkload(wanted) ? FIXED : isScaler(wanted) ? FIXED_OF_SCALERS : [];
  const fixed = paths.filter((path) => forms.some((form) => form.test(path)));
  const ofPods = (path: string) => isWorkload(wanted) && path.startsWith("spec.template.");
  const pods = paths.filter((path) => ofPods(path) && !fixed.includes(path));
  const others = paths.filter((path) => !fixed.includes(path) && !pods.includes(path));
  return [
    ...fixed.map((path) =>
      block({
        at,
        found: `${path} is not what the stack file and the chart come to`,
        expected: "the same as it runs, since an adoption changes no pod",
        fix: "set values and availability as they run; change them after the adoption",
      }),
    ),
    ...inPlace(at, others),
    ...(pods.length === 0
      ? []
      : [
          warn({
            at,
            found: `pods that differ in ${pods.join(", ")}`,
            expected: "the pods of the stack file",
            fix: "nothing; they run on as they are, until an up without adopt: true rolls them over one by one",
          }),
        ]),
  ];
}

const inPlace = (at: string, paths: readonly string[]): readonly Finding[] =>
  paths.length === 0
    ? []
    : [
        warn({
          at,
          found: `differs in ${paths.join(", ")}, which is changed in place`,
          expected: "the same as it runs",
          fix: "nothing if that is meant, it restarts no pod; else give the values that the install has",
        }),
      ];

function abandoned(names: readonly string[], at: string): readonly Finding[] {
  const scalers = names.filter((name) => name.startsWith("HorizontalPodAutoscaler/"));
  const others = names.filter((name) => !scalers.includes(name));
  return [
    ...scalers.map((name) =>
      block({
        at: name,
        found: "an autoscaler of the install that the stack file does not have",
        expected: "one that decides how many pods there are",
        fix: "set it in the stack file as it is, or remove it with Helm first",
      }),
    ),
    ...(others.length === 0
      ? []
      : [
          warn({
            at,
            found: `in the install and not taken over: ${others.join(", ")}`,
            expected: "every object of the install in the stack file",
            fix: "give the values that the install has, or delete them by hand afterwards",
          }),
        ]),
  ];
}
