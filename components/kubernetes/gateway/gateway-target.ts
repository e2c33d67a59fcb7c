import type { Identity } from "../../upgrade/evidence/identity";
import { toHide } from "../../upgrade/redact";
import type { Target } from "../../upgrade/target";
import type { KubernetesObject } from "../objects/object";
import { kubernetesTarget } from "../target";
import { backupSecrets } from "../../gateway/backup-secrets";
import { backupTask, restoreTask } from "./dump-tasks";
import type { KubernetesProduct, KubernetesRelease, ReleaseWave } from "./product";
import { adoptionTask, holdTask, verificationTask, watchTask } from "./rollout-tasks";
import { schemaTasks } from "./schema-tasks";
import { secretValues } from "../../gateway/secret-values";
import type { KubernetesConfig } from "./settings";

type Secrets = Readonly<Record<string, string>>;

/** What a gateway is called: its stack today, and by what it has been known since its first `up`. */
export interface CalledNames {
  readonly stack: string;
  readonly known: Identity;
}

/** What the plan asks for. @defaultValue occasion: "" */
interface Asked {
  readonly occasion?: string;
}

/** One gateway, and the way to its cluster. */
export interface GatewayTargetArgs extends Pick<Target, "connect"> {
  readonly product: KubernetesProduct;
  readonly config: KubernetesConfig;
  readonly release: KubernetesRelease;
}

/** What each chapter of the upgrade is given: a function of the stack file and the chart alone (law 1), but for what has asked for a rollout. */
export const gatewayTarget = (
  args: GatewayTargetArgs,
  called: CalledNames,
  { occasion }: Asked = {},
): Target => {
  const { product, config, release, connect } = args;
  const { settings } = config;
  const { backup, restore, schema, waves, verification } = gatewayTasks(args, called);
  return kubernetesTarget({
    connect,
    backup,
    restore,
    namespace: settings.kubernetes.namespace,
    secret: {
      name: release.names.fullname,
      values: product.podSecrets?.(config) ?? config.secrets,
    },
    configuration: release.appliedConfiguration ?? release.configuration,
    schema,
    availability: release.availability,
    waves,
    verification,
    // A consent covers only its release.
    removable: settings.consents.removal?.release === settings.version,
    occasion,
  });
};

/** The input of each step of the upgrade. */
export function gatewayTasks(
  args: Omit<GatewayTargetArgs, "connect">,
  { stack, known }: CalledNames,
) {
  const { product, config, release } = args;
  const { name, settings, prometheusToken } = config;
  const hidden = toHide(secretValues(config));
  const database: Secrets = { ...hidden, ...connectionsOf(config) };
  const source = product.database?.source(settings);
  const { container } = product;
  const verifying = {
    ...database,
    ...(prometheusToken === undefined ? {} : { PROMETHEUS_TOKEN: prometheusToken }),
  };
  const dumps = source &&
    product.database && {
      gateway: name,
      settings,
      release,
      stack: known.stack,
      source,
      trackingTable: product.database.trackingTable,
      container,
      secrets: { ...database, ...backupSecrets(config) },
    };
  return {
    backup: dumps && backupTask(dumps),
    restore: dumps && restoreTask(dumps),
    schema: dumps && schemaTasks(dumps),
    waves: (release.waves ?? [wholeOf(release)]).map((wave) => {
      const part = { ...args, release: partOf(release, wave.workloads) };
      return {
        name: wave.name,
        // An adoption replaces no pod: none is held for it, and none has its turn.
        before: settings.adopt ? undefined : holdTask(part, hidden, wave.held),
        workloads: part.release.applied,
        adoption: adoptionTask(part, hidden),
        watch: watchTask(part, hidden, settings.adopt ? {} : wave),
        verify:
          wave.verified === true
            ? verificationTask({ ...part, source }, stack, verifying)
            : undefined,
      };
    }),
    verification: {
      ...verificationTask({ ...args, source }, stack, verifying),
      known: { context: known.context, kubeconfig: known.kubeconfig },
    },
  };
}

/** All workloads of a release at once. */
const wholeOf = ({ workloads }: KubernetesRelease): ReleaseWave => ({
  name: "all",
  workloads: workloads.map(({ metadata }) => metadata.name),
});

/** A release with none but these of its workloads. */
const partOf = (
  { workloads, applied, ...release }: KubernetesRelease,
  names: readonly string[],
): KubernetesRelease => {
  const isPart = ({ metadata }: KubernetesObject) => names.includes(metadata.name);
  return { ...release, workloads: workloads.filter(isPart), applied: applied.filter(isPart) };
};

/** The operator's own ways to databases, each if there is one. */
const connectionsOf = ({
  settings: { backup },
  databaseUrl: live,
  scratchUrl: scratch,
}: KubernetesConfig): Secrets => ({
  ...(live === undefined ? {} : { DATABASE_URL: live }),
  ...(scratch === undefined || backup.scratch === undefined ? {} : { SCRATCH_URL: scratch }),
});
