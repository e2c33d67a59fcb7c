import type { GatewaysConfig, SmoltbotConfig } from "../config/schema";
import type { Workload } from "../kubernetes/edits/workload";
import type { AvailabilityArgs } from "../upgrade/availability-objects";
import type { BackupArgs } from "../upgrade/backup";
import type { ConfigurationArgs } from "../upgrade/configuration";
import type { RolloutArgs } from "../upgrade/rollout";
import type { SchemaArgs } from "../upgrade/schema";
import type { VerificationArgs } from "../upgrade/verification";
import { databaseSource } from "./database-source";
import type { SmoltbotRelease } from "./release";

/** Port of the gateway, whatever PORT says. Source: mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/deployment-gateway.yaml */
const PORT = 8787;

/** What each chapter of the upgrade is given: a function of the stack file and the chart alone (law 1). */
export interface SmoltbotChapters {
  readonly backup: Omit<BackupArgs, "after">;
  readonly configuration: Omit<ConfigurationArgs, "after">;
  readonly schema: Omit<SchemaArgs, "after">;
  readonly availability: AvailabilityArgs;
  readonly rollout: Omit<RolloutArgs, "after" | "guardedBy">;
  readonly verification: Omit<VerificationArgs, "after">;
}

export function smoltbotChapters(
  { smoltbot, smoltbotSecrets, smoltbotDatabaseUrl }: GatewaysConfig,
  release: SmoltbotRelease,
  stack: string,
): SmoltbotChapters {
  const { namespace } = smoltbot.kubernetes;
  const database: Readonly<Record<string, string>> =
    smoltbotDatabaseUrl === undefined ? {} : { DATABASE_URL: smoltbotDatabaseUrl };
  return {
    backup: backupOf(smoltbot, stack, database),
    configuration: {
      namespace,
      secret: { name: release.names.fullname, values: smoltbotSecrets },
      objects: release.configuration,
    },
    schema: schemaOf(smoltbot, release, database),
    availability: release.availability,
    rollout: rolloutOf(smoltbot, release),
    verification: verificationOf(smoltbot, release, stack, database),
  };
}

type Secrets = Readonly<Record<string, string>>;

const backupOf = (
  smoltbot: SmoltbotConfig,
  stack: string,
  secrets: Secrets,
): SmoltbotChapters["backup"] => ({
  input: {
    gateway: "smoltbot",
    stack,
    release: smoltbot.version,
    source: databaseSource(smoltbot),
    directory: smoltbot.backup.directory,
    keep: smoltbot.backup.keep,
  },
  secrets,
});
