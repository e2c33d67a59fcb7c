import type { GatewaysConfig } from "../config/schema";

type BackupConfig = Pick<
  GatewaysConfig,
  "smoltbot" | "smoltbotBackupCredentials" | "smoltbotBackupKey"
>;

/** What a step that reads or writes dumps needs besides its input, as variables of its environment alone (law 6). */
export const backupSecrets = ({
  smoltbot,
  smoltbotBackupCredentials: credentials,
  smoltbotBackupKey: key,
}: BackupConfig): Readonly<Record<string, string>> => ({
  ...(credentials === undefined || smoltbot.backup.store === undefined
    ? {}
    : { BACKUP_CREDENTIALS: JSON.stringify(credentials) }),
  // Also where new dumps are not encrypted: those of before may be.
  ...(key === undefined ? {} : { BACKUP_KEY: key }),
});
