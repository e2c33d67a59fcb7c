import type { GatewayConfig } from "../config/schema";

/** Every secret that the stack file gives one gateway: what must be hidden wherever text leaves the program. */
export const secretValues = ({
  secrets,
  databaseUrl,
  scratchUrl,
  prometheusToken,
  backupCredentials,
  backupKey,
}: Pick<
  GatewayConfig,
  "secrets" | "databaseUrl" | "scratchUrl" | "prometheusToken" | "backupCredentials" | "backupKey"
>): readonly string[] =>
  [
    ...Object.values(secrets),
    databaseUrl,
    scratchUrl,
    prometheusToken,
    ...Object.values(backupCredentials ?? {}),
    backupKey,
  ].filter((value) => value !== undefined);
