import type { GatewaysConfig } from "../config/schema";

/** What a step that reads or writes dumps needs besides its input, as variables of its environment alone (law 6). */
export const backupSecrets = ({
  smoltbot,
  smoltbotBackupCredentials: credentials,
}: Pick<GatewaysConfig, "smoltbot" | "smoltbotBackupCredentials">): Readonly<
  Record<string, string>
> =>
  credentials === undefined || smoltbot.backup.store === undefined
    ? {}
    : { BACKUP_CREDENTIALS: JSON.stringify(credentials) };
