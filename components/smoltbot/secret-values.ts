import type { GatewaysConfig } from "../config/schema";

/** Every secret that the stack file gives one gateway: what must be hidden wherever text leaves the program. */
export const secretValues = ({
  smoltbotSecrets,
  smoltbotDatabaseUrl,
  smoltbotPrometheusToken,
  smoltbotBackupCredentials,
  smoltbotBackupKey,
}: Pick<
  GatewaysConfig,
  | "smoltbotSecrets"
  | "smoltbotDatabaseUrl"
  | "smoltbotPrometheusToken"
  | "smoltbotBackupCredentials"
  | "smoltbotBackupKey"
>): readonly string[] =>
  [
    ...Object.values(smoltbotSecrets),
    smoltbotDatabaseUrl,
    smoltbotPrometheusToken,
    ...Object.values(smoltbotBackupCredentials ?? {}),
    smoltbotBackupKey,
  ].filter((value) => value !== undefined);
