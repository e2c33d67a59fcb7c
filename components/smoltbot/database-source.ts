import type { SmoltbotConfig } from "../config/schema";
import type { DatabaseSource } from "../steps/database/database-source";

/** Where the backup and the schema step reach the database. */
export function databaseSource({ backup, kubernetes }: SmoltbotConfig): DatabaseSource {
  if (backup.database === "url") return { kind: "url" };
  const { pod, container, database, user, namespace } = backup.database;
  return {
    kind: "pod",
    kubeconfig: kubernetes.kubeconfig,
    context: kubernetes.context,
    namespace: namespace ?? kubernetes.namespace,
    pod,
    container,
    database,
    user,
  };
}
