import { pauseImage } from "../cluster/pause-image";
import { changing } from "../engine/steps-of-log";
import type { PulumiRun } from "../engine/pulumi-cli";
import type { TrialGround } from "./kubernetes-trial";

/** Inputs of a small object, as a program gives them. */
export type Sample = Readonly<Record<string, unknown>>;

/** Annotations of an object that nobody waits for. */
export const skipAwait: Readonly<Record<string, string>> = { "pulumi.com/skipAwait": "true" };

/** What a container does that stays. */
export const stay: readonly string[] = ["sleep", "3600"];

/** Makes small objects that live in the namespace of a trial. */
export interface Samples {
  readonly metadata: (name: string, annotations?: Readonly<Record<string, string>>) => Sample;
  readonly configMap: (name: string, data: Sample, more?: Sample) => Sample;
  /** One Pod of the lab's small image, which runs the busybox command. */
  readonly deployment: (name: string, command: readonly string[], more?: Sample) => Sample;
  readonly job: (
    name: string,
    command: readonly string[],
    more?: Sample,
    annotations?: Readonly<Record<string, string>>,
  ) => Sample;
}

/** A Pod template with one container, labelled with the app. */
export function podTemplate(command: readonly string[], app: string): Sample {
  return {
    metadata: { labels: { app } },
    spec: podSpec(command),
  };
}

function podSpec(command: readonly string[]): Sample {
  return {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "main", image: pauseImage, args: command }],
  };
}

/** Makes objects for the namespace that `ground` has once it is open. */
export function samplesIn(ground: () => TrialGround): Samples {
  const metadata: Samples["metadata"] = (name, annotations = {}) => ({
    name,
    namespace: ground().namespace,
    annotations,
  });
  return {
    metadata,
    configMap: (name, data, more = {}) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(name),
      data,
      ...more,
    }),
    deployment: (name, command, more = {}) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(name),
      spec: {
        selector: { matchLabels: { app: name } },
        template: podTemplate(command, name),
        ...more,
      },
    }),
    job: (name, command, more = {}, annotations = {}) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: metadata(name, annotations),
      spec: { template: { spec: { ...podSpec(command), restartPolicy: "Never" } }, ...more },
    }),
  };
}

/** What a run does to the objects of the program, as `op name`, sorted. */
export function ops(run: PulumiRun): readonly string[] {
  return changing(run.steps)
    .filter(({ type }) => type !== "pulumi:pulumi:Stack")
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}

/** The run. @throws Error with all its output when it failed. */
export function well(run: PulumiRun): PulumiRun {
  if (run.exitCode === 0) return run;
  throw new Error(`the run failed:\n${run.all}`);
}

/** The run. @throws Error with all its output when it did not fail. */
export function failed(run: PulumiRun): PulumiRun {
  if (run.exitCode !== 0) return run;
  throw new Error(`the run did not fail:\n${run.all}`);
}
