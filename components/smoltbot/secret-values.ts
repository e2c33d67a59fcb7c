import type { GatewaysConfig } from "../config/schema";

/** Every secret that the stack file gives one gateway: what must be hidden wherever text leaves the program. */
export const secretValues = ({
  smoltbotSecrets,
  smoltbotDatabaseUrl,
  smoltbotScratchUrl,
  smoltbotPrometheusToken,
  smoltbotBackupCredentials,
  smoltbotBackupKey,
}: Pick<
  GatewaysConfig,
  | "smoltbotSecrets"
  | "smoltbotDatabaseUrl"
  | "smoltbotScratchUrl"
  | "smoltbotPrometheusToken"
  | "smoltbotBackupCredentials"
  | "smoltbotBackupKey"
>): readonly string[] =>
  [
    ...Object.values(smoltbotSecrets),
    smoltbotDatabaseUrl,
    smoltbotScratchUrl,
    smoltbotPrometheusToken,
    ...Object.values(smoltbotBackupCredentials ?? {}),
    smoltbotBackupKey,
  ].filter((value) => value !== undefined);
