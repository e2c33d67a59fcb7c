import { backupSecrets } from "../../gateway/backup-secrets";
import { backupTask, restoreTask } from "../../gateway/dump-tasks";
import { secretValues } from "../../gateway/secret-values";
import type { DatabaseSource } from "../../postgres/database-source";
import type { Identity } from "../../upgrade/evidence/identity";
import { toHide } from "../../upgrade/redact";
import type { Target } from "../../upgrade/target";
import { haveImage } from "../build/have-image";
import { freeName } from "../leftovers/free-name";
import { networkOf, volumesOf } from "../settings";
import { dockerTarget } from "../target";
import { adoptionTask, dataContainers, sourceBefore, withCompose } from "./compose-tasks";
import { containersOf, rolledOut } from "./product";
import { dumpsOf, schemaTask, verificationTask, watchTask, type TasksArgs } from "./tasks";

/** One gateway, and the way to its Docker host. */
export interface GatewayTargetArgs extends TasksArgs, Pick<Target, "connect"> {
  readonly source: DatabaseSource;
}

/**
 * What each chapter of the upgrade is given: a function of the stack file alone (law 1).
 *
 * @param known - by what the stack knows the gateway
 * @param verified - whether the stack has once verified it; only what a killed run has left behind is judged by it
 */
export function gatewayTarget(
  args: GatewayTargetArgs,
  {
    stack,
    known,
    verified,
  }: { readonly stack: string; readonly known: Identity; readonly verified: boolean },
): Target {
  const { config, release, connect, source } = args;
  const { settings, databaseUrl, scratchUrl } = config;
  const hidden = toHide([...secretValues(config), ...Object.values(release.secrets)]);
  const database = {
    ...hidden,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(scratchUrl === undefined || settings.backup.scratch === undefined
      ? {}
      : { SCRATCH_URL: scratchUrl }),
  };
  const secrets = { ...database, ...backupSecrets(config) };
  const dumps = withCompose(
    dumpsOf(args, sourceBefore(source, config), { stack: known.stack, secrets }),
    args,
  );
  const adoption = adoptionTask(args, hidden);
  return dockerTarget({
    connect,
    backup: backupTask(dumps),
    restore: restoreTask(dumps),
    instance: settings.docker.project,
    network: settings.docker.network === undefined ? networkOf(settings.docker) : undefined,
    volumes: volumesOf(settings.docker),
    images: [...new Set(containersOf(release).map(({ image }) => image))],
    data: dataContainers(release.data, settings.adopt),
    schema: { container: release.migrate, task: schemaTask(args, dumps) },
    waves: [
      { name: "all", containers: rolledOut(release), adoption, watch: watchTask(args, hidden) },
    ],
    verification: {
      ...verificationTask(args, stack, database),
      known: { context: known.context },
    },
    secrets: release.secrets,
    freeName: freeName({
      address: settings.docker,
      gateway: settings.docker.project,
      known: verified,
    }),
    ...(release.build === undefined
      ? {}
      : { haveImage: haveImage(settings.docker, release.build) }),
    // A consent covers only its release.
    removable: settings.consents.removal?.release === settings.version,
  });
}
