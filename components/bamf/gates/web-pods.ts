import type { KubernetesObject } from "../../kubernetes/objects/object";
import { gate, type Finding } from "../../upgrade/finding";
import { isMap, valueAt, type Values } from "../../upgrade/values";

const { pass, warn } = gate("web-pods");

/** Where the values say whether there are web pods, in the layouts that the catalogue knows; the newest first. */
const PLACES = [["core", "web"], ["web"]] as const;

/** What this gate looks at. */
export interface WebPodsArgs {
  /** Workloads that would be applied. */
  readonly workloads: readonly KubernetesObject[];
  /** Names of the Deployments that run now; none if the cluster could not be seen. */
  readonly running: readonly string[];
  /** Name of the Deployment of the web pods. */
  readonly deployment: string;
  /** The operator's values in the layout of the wanted release. */
  readonly values: Values;
  /** Config path of the values. */
  readonly at: string;
}

/**
 * Tells of web pods that a release takes away, and of values for web pods that nobody makes: the chart has them only if `standalone` is true, and a wait for one that is
 * not there would never end (T-33).
 */
export function webPods({
  workloads,
  running,
  deployment,
  values,
  at,
}: WebPodsArgs): readonly Finding[] {
  const place = `Deployment/${deployment}`;
  if (workloads.some(({ metadata }) => metadata.name === deployment))
    return [pass({ at: place, found: "web pods of their own" })];
  const name = (PLACES.find((path) => isMap(valueAt(values, path))) ?? PLACES[0]).join(".");
  const set = Object.keys(asMap(valueAt(values, name.split(".")))).filter(
    (key) => key !== "standalone",
  );
  const findings = [
    ...(running.includes(deployment)
      ? [
          warn({
            at: place,
            found: "web pods that run, and that this release takes away",
            expected: `${name}.standalone: true to keep them`,
            fix: "set it, or see that another place serves the web pages",
          }),
        ]
      : []),
    ...(set.length > 0
      ? [
          warn({
            at: `${at}.${name}`,
            found: `${set.sort().join(", ")} for web pods that are not made, since standalone is not true`,
            expected: `${name}.standalone: true, or no such value`,
            fix: "set standalone, or remove what does nothing",
          }),
        ]
      : []),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at: place, found: "no web pods, so that nothing waits for any" })];
}

const asMap = (value: unknown): Values => (isMap(value) ? value : {});
