import { backupTask, type DumpTasksArgs } from "../../gateway/dump-tasks";
import { trackingTableField } from "../../postgres/migrations";
import type { DatabaseSource } from "../../postgres/database-source";
import type { PlaceFields } from "../../steps/open-platform";
import type { RolloutInput } from "../../steps/rollout-input";
import type { SchemaInput } from "../../steps/schema-input";
import type { VerificationInput } from "../../steps/verification-input";
import { configPaths } from "../../upgrade/config-paths";
import type { StepTask, TriggeredTask } from "../../upgrade/target";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";
import type { MigrationManifest } from "../platform/migration";
import { rolledOut, type DockerProduct, type ReleaseOnDocker } from "./product";
import type { DockerConfig } from "./settings";

type Secrets = Readonly<Record<string, string>>;

/** Longest silence in a request or a stream before the front proxy ends it, in seconds. */
const IDLE_SECONDS = 3600;

/** One gateway, as far as the input of its steps follows from it. */
export interface TasksArgs {
  readonly product: DockerProduct;
  readonly config: DockerConfig;
  readonly release: ReleaseOnDocker;
}

/** Where the database is reached. */
export function databaseSource({ settings }: DockerConfig, volume: string): DatabaseSource {
  if (settings.backup.database === "url") return { kind: "url" };
  const { host, hostKey, project, database } = settings.docker;
  return {
    target: "docker",
    kind: "pod",
    namespace: project,
    pod: `${project}-postgres`,
    host,
    ...(hostKey === undefined ? {} : { hostKey }),
    volume,
    database: database.name,
    user: database.user,
  };
}

/** Where the steps find the gateway, and what is to run there. */
export function placeOf({ config, release }: Omit<TasksArgs, "product">): PlaceFields {
  const { host, hostKey, project, publish, drainSeconds } = config.settings.docker;
  const roles = rolledOut(release).map(({ role }) => role);
  return {
    target: "docker",
    namespace: project,
    host,
    ...(hostKey === undefined ? {} : { hostKey }),
    wanted: {
      gateway: project,
      containers: Object.fromEntries(roles.map((role) => [role, namesOf(release, role)])),
      proxy: {
        bind: `${publish.address}:${publish.port}`,
        idleSeconds: IDLE_SECONDS,
        drainSeconds,
        servers: [...release.servers],
      },
    },
  };
}

const namesOf = (release: ReleaseOnDocker, wanted: string): string[] =>
  rolledOut(release).flatMap(({ role, name }) => (role === wanted ? [name] : []));

/** Labels of the gateways. */
const selectorOf = ({ settings }: DockerConfig) => ({
  [GATEWAY_LABEL]: settings.docker.project,
  [ROLE_LABEL]: "gateway",
});

/** One entry for each role that is rolled out. */
const workloadsOf = (release: ReleaseOnDocker) =>
  rolledOut(release).filter(
    ({ role }, index, all) => all.findIndex((one) => one.role === role) === index,
  );

/** The arguments of the steps that read or write dumps. */
export const dumpsOf = (
  args: TasksArgs,
  source: DatabaseSource,
  { stack, secrets }: { readonly stack: string; readonly secrets: Secrets },
): DumpTasksArgs => ({
  gateway: args.config.name,
  settings: args.config.settings,
  place: placeOf(args),
  selector: selectorOf(args.config),
  container: "gateway",
  writers: workloadsOf(args.release)
    .map(({ role }) => role)
    .filter((role) => role !== "proxy"),
  goesDown: false,
  stack,
  source,
  trackingTable: args.product.trackingTable,
  secrets,
});

/** The input of the step that starts and watches the migration. */
export function schemaTask(
  { config, release }: TasksArgs,
  dumps: DumpTasksArgs,
): TriggeredTask<SchemaInput> {
  const { settings } = config;
  const { source, place, selector, container, trackingTable, secrets, gateway } = dumps;
  const { retries = 0, deadlineSeconds } = (settings.schema ?? {}) as MigrationManifest;
  return {
    input: {
      ...place,
      gateway,
      instance: settings.docker.project,
      job: release.migrate.name,
      manifest: { retries, deadlineSeconds },
      release: release.version,
      ...(settings.adopt ? { adopted: true } : {}),
      gatewaySelector: selector,
      gatewayContainer: container,
      deadlineSeconds,
      source,
      ...trackingTableField(trackingTable),
      backup: backupTask(dumps).input,
      maxAgeMinutes: settings.backup.maxAgeMinutes,
    },
    secrets,
    triggers: [release.migrate.name],
  };
}

/** The input of the step that watches the rollout and hands over. */
export function watchTask(args: TasksArgs, secrets: Secrets): StepTask<RolloutInput> {
  const { product, config, release } = args;
  const { rollout, docker } = config.settings;
  const { port, ready: path } = product.health;
  return {
    input: {
      ...placeOf(args),
      deployments: workloadsOf(release).map(({ role, image }) => ({
        name: role,
        images: { [role]: image },
        ...(role === "gateway" ? { health: { port, path } } : {}),
      })),
      // The hand-over waits for what is open with the old ones.
      deadlineSeconds: rollout.deadlineSeconds + docker.drainSeconds,
    },
    secrets,
  };
}

/** The input of the verification. @param stack - name of the stack today */
export function verificationTask(
  args: TasksArgs & { readonly source: DatabaseSource },
  stack: string,
  secrets: Secrets,
): StepTask<VerificationInput> {
  const { product, config, release, source } = args;
  const { settings } = config;
  const { count, path, method } = settings.verify.requests;
  return {
    input: {
      ...placeOf(args),
      release: release.version,
      configHash: release.configHash,
      settings: [...product.settingNames(config)],
      migration: { job: release.migrate.name, image: release.migrate.image },
      workloads: workloadsOf(release).map(({ role, image }) => ({
        name: role,
        container: role,
        image,
        http: role === "gateway",
      })),
      service: { name: "proxy", port: settings.docker.publish.port },
      podPort: product.health.port,
      requests: count,
      proxied: { method, ...(path === undefined ? {} : { path }) },
      url: settings.verify.url,
      ignoreLogs: settings.verify.ignoreLogs,
      seconds: settings.verify.seconds,
      maxErrorRate: settings.verify.maxErrorRate,
      requestsMetric: product.health.requestsMetric,
      reportedVersion: product.reportedVersion(settings),
      ...product.checks(settings),
      source,
      ...trackingTableField(product.trackingTable),
      wayBack: `change ${configPaths(product.name, config.instance).at("version")} in Pulumi.${stack}.yaml back to the release before, and run pulumi up --stack ${stack}`,
    },
    secrets,
  };
}
