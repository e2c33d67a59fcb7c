import type { GatewayConfig } from "../config/schema";
import type { BackupSettings } from "./dump-tasks";

type BackupConfig = Pick<
  GatewayConfig<{ readonly backup: Pick<BackupSettings, "store"> }>,
  "settings" | "backupCredentials" | "backupKey"
>;

/** What a step that reads or writes dumps needs besides its input, as variables of its environment alone (law 6). */
export const backupSecrets = ({
  settings,
  backupCredentials: credentials,
  backupKey: key,
}: BackupConfig): Readonly<Record<string, string>> => ({
  ...(credentials === undefined || settings.backup.store === undefined
    ? {}
    : { BACKUP_CREDENTIALS: JSON.stringify(credentials) }),
  // Also where new dumps are not encrypted: those of before may be.
  ...(key === undefined ? {} : { BACKUP_KEY: key }),
});
