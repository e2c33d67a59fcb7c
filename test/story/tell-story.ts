import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import type { AdoptionInput } from "../../components/steps/adoption-input";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import type { Finding } from "../../components/upgrade/finding";
import { kubernetesTarget } from "../../components/kubernetes/target";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import type { Prepared } from "../../components/upgrade/prepared";
import type { Target } from "../../components/upgrade/target";
import { runProgram } from "./run-program";

const object = (kind: string, name: string, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "smoltbot" },
  spec: {},
});
/** What the gateway's Secret holds. */
const secrets = { SUPABASE_KEY: "hunter2" };
const hidden = { REDACT: '["hunter2"]' };

/** What may be another in a story than in the plain one. */
export interface StoryOptions {
  /** @defaultValue none */
  readonly findings?: readonly Finding[];
  /** What was verified before. @defaultValue nothing */
  readonly history?: readonly Evidence[];
  /** What the restore is told. @defaultValue undefined: no consent */
  readonly consented?: object;
  /** @defaultValue nothing is adopted */
  readonly adoption?: AdoptionInput;
  /** @defaultValue false */
  readonly removable?: boolean;
  /** Goes back from 1.1.0 to 1.0.0. @defaultValue false: the upgrade from 1.0.0 to 1.1.0 */
  readonly back?: boolean;
}

const LABELS = { app: "gateway" };

/** What the gateway has in Kubernetes. */
const targetOf = (
  wanted: string,
  { consented, adoption, removable = false }: StoryOptions,
): Target =>
  kubernetesTarget({
    connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
    backup: {
      input: { release: wanted },
      secrets: { DATABASE_URL: "postgresql://u:hunter2@db/x" },
      triggers: [wanted],
    },
    restore: consented && {
      input: consented,
      secrets: {},
      triggers: Object.values(consented) as string[],
    },
    namespace: "smoltbot",
    secret: { name: "gateway", values: secrets },
    configuration: [object("ConfigMap", "gateway"), object("Service", "gateway")],
    schema: {
      job: object("Job", "migrate", "batch/v1"),
      task: { input: {}, secrets: {}, triggers: ["migrate"] },
    },
    availability: {
      workload: "gateway",
      namespace: "smoltbot",
      labels: LABELS,
      selector: LABELS,
      minAvailable: 1,
      autoscaling: { minReplicas: 2, maxReplicas: 4, targetCpu: 70 },
    },
    waves: [
      {
        name: "all",
        workloads: [object("Deployment", "gateway", "apps/v1")],
        watch: { input: {}, secrets: hidden },
        adoption: adoption && { input: adoption, secrets: hidden },
      },
    ],
    verification: { input: { wayBack: "revert" }, secrets: {}, known: {} },
    removable,
  });

/** A gateway that is upgraded from 1.0.0 to 1.1.0, or goes back. */
export function preparedGateway(
  targetFor: (wanted: string) => Target,
  {
    findings = [],
    back = false,
    history = [],
  }: Pick<StoryOptions, "findings" | "back" | "history"> = {},
): Prepared {
  const [wanted, verified] = back ? ["1.0.0", "1.1.0"] : ["1.1.0", "1.0.0"];
  const schema = { schemaHead: "004.sql", seenAt: "2026-05-30T12:00:00Z" };
  return {
    name: "smoltbot",
    plan: planUpgrade({ wanted, verified, running: [verified], schema }),
    findings,
    unchanged: false,
    target: targetFor(wanted),
    history,
    lastBackup: undefined,
    identity: { stack: "prod", context: "lab" },
  };
}

/** Runs the program with a minor upgrade or its way back. */
export const tellStory = (options: StoryOptions = {}): Promise<unknown> =>
  runProgram([preparedGateway((wanted) => targetOf(wanted, options), options)]);
