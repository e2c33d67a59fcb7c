import { trackingTableField } from "../../postgres/migrations";
import type { AdoptionInput } from "../../steps/adoption-input";
import type { RolloutInput } from "../../steps/rollout-input";
import type { SessionsInput } from "../../steps/sessions-input";
import type { VerificationInput } from "../../steps/verification-input";
import type { DatabaseSource } from "../../postgres/database-source";
import { configPaths } from "../../upgrade/config-paths";
import { fingerprint } from "../../upgrade/fingerprint";
import type { StepTask, TriggeredTask } from "../../upgrade/target";
import type { Workload } from "../edits/workload";
import { imagesOf } from "../objects/images";
import { stepName } from "../objects/workload-kind";
import { cluster, nodeWait } from "./cluster-fields";
import { declaredObjects } from "./declared-objects";
import type { KubernetesProduct, KubernetesRelease, ReleaseWave } from "./product";
import type { KubernetesConfig } from "./settings";

/** Label that distinguishes the parts of a release; a Service selects by it, too. */
const COMPONENT = "app.kubernetes.io/component";

type Secrets = Readonly<Record<string, string>>;

/** What is rolled out and verified. */
export interface RolloutTasksArgs {
  readonly product: KubernetesProduct;
  readonly config: KubernetesConfig;
  readonly release: KubernetesRelease;
}

/** Image per container of a workload. */
const imageByContainer = (workload: Workload): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workload.spec.template.spec.containers.map(({ name, image }) => [name, image]),
  );

/** What the steps call a workload. */
export const nameOf = ({ kind, metadata: { name } }: Workload): string => stepName({ kind, name });

/** True if a workload that is taken over may be as it was: not ready. */
const mayBeUnready = ({ product, config, release }: RolloutTasksArgs, name: string): boolean =>
  config.settings.adopt && (product.mayBeUnready?.(release.names) ?? []).includes(name);

/** The input of the step that watches the rollout. */
export function watchTask(
  args: RolloutTasksArgs,
  secrets: Secrets,
  { oneByOne, held = false }: Pick<ReleaseWave, "oneByOne" | "held"> = {},
): StepTask<RolloutInput> {
  const { product, config, release } = args;
  const { settings } = config;
  const { port, ready: path } = product.health;
  return {
    input: {
      ...cluster(settings),
      deployments: release.workloads
        .filter(({ metadata }) => !mayBeUnready(args, metadata.name))
        .map((workload) => ({
          name: nameOf(workload),
          images: imageByContainer(workload),
          ...(workload.metadata.name === release.names.gateway
            ? {
                health: { port, path },
                drain: { label: COMPONENT, pauseSeconds: settings.rollout.drainSeconds },
              }
            : {}),
          ...(oneByOne !== undefined && (held || workload.kind === "StatefulSet")
            ? { oneByOne }
            : {}),
        })),
      mirrors: settings.kubernetes.imageMirrors,
      deadlineSeconds: Math.max(
        settings.rollout.deadlineSeconds,
        ...release.workloads.map(({ metadata }) => release.rollSeconds?.[metadata.name] ?? 0),
      ),
      readyWithinSeconds: settings.rollout.readyWithinSeconds,
      ...nodeWait(settings),
    },
    secrets,
  };
}

/** The input of the step that holds workloads before they are touched; undefined if none is held. It runs when those change, and only then. */
export const holdTask = (
  { config: { settings }, release }: RolloutTasksArgs,
  secrets: Secrets,
  held = false,
): TriggeredTask<SessionsInput> | undefined =>
  held
    ? {
        input: { ...cluster(settings), workloads: release.workloads.map(nameOf) },
        secrets,
        triggers: [fingerprint(release.applied)],
      }
    : undefined;

/** The input of the step that takes over an install by Helm; undefined if nothing is taken over. */
export const adoptionTask = (
  { config: { settings }, release }: RolloutTasksArgs,
  secrets: Secrets,
): StepTask<AdoptionInput> | undefined =>
  settings.adopt
    ? {
        input: {
          ...cluster(settings),
          release: settings.kubernetes.release,
          objects: declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
            apiVersion,
            kind,
            name: metadata.name,
          })),
        },
        secrets,
      }
    : undefined;

/** The input of the verification. @param stack - name of the stack today */
export function verificationTask(
  args: RolloutTasksArgs & { readonly source: DatabaseSource | undefined },
  stack: string,
  secrets: Secrets,
): StepTask<VerificationInput> {
  const { product, config, release, source } = args;
  const { settings } = config;
  const { count, path, method } = settings.verify.requests;
  const { job, rendering } = release;
  const [migration] = job === undefined ? [] : imagesOf([job]);
  return {
    input: {
      ...cluster(settings),
      release: release.version,
      configHash: release.configHash,
      chart: rendering && { name: rendering.chart.name, version: rendering.chart.version },
      settings: [...product.settingNames(config)],
      migration: job && migration && { job: job.metadata.name, image: migration.image },
      workloads: release.workloads.flatMap((workload) =>
        Object.entries(imageByContainer(workload)).map(([container, image]) => ({
          name: nameOf(workload),
          container,
          image,
          http: workload.metadata.name === release.names.gateway,
          ...(mayBeUnready(args, workload.metadata.name) ? { mayBeUnready: true } : {}),
        })),
      ),
      service: { name: release.names.fullname, port: product.health.port },
      requests: count,
      proxied: { method, ...(path === undefined ? {} : { path }) },
      url: settings.verify.url,
      ignoreLogs: settings.verify.ignoreLogs,
      mirrors: settings.kubernetes.imageMirrors,
      seconds: settings.verify.seconds,
      maxErrorRate: settings.verify.maxErrorRate,
      requestsMetric: product.health.requestsMetric,
      prometheus: settings.verify.prometheus,
      ...product.verification?.(settings, release),
      source,
      ...(product.database && trackingTableField(product.database.trackingTable)),
      wayBack: `change ${configPaths(product.name, config.instance).at("version")} in Pulumi.${stack}.yaml back to the release before, and run pulumi up --stack ${stack}`,
    },
    secrets,
  };
}
