import type { DatabaseSource, JobSource } from "../../postgres/database-source";
import type { KubernetesSettings } from "./settings";

/** What a stack file says of the Job that reaches the database. */
export type DatabaseJob = Extract<
  KubernetesSettings["backup"]["database"],
  { readonly job: unknown }
>["job"];

/** What the product knows of that Job: its name, its Secret, and the labels that let it in. */
export type JobPlace = Omit<JobSource, "kind" | "kubeconfig" | "context" | "namespace">;

/**
 * Where the steps reach the database.
 *
 * @param jobPlace - asked only if the stack file wants a Job
 */
export function databaseSourceIn(
  { backup, kubernetes }: Pick<KubernetesSettings, "backup" | "kubernetes">,
  jobPlace: (job: DatabaseJob) => JobPlace,
): DatabaseSource {
  const { database } = backup;
  if (database === "url") return { kind: "url" };
  const { kubeconfig, context, namespace } = kubernetes;
  const cluster = { kubeconfig, context, namespace };
  if ("job" in database) return { kind: "job", ...cluster, ...jobPlace(database.job) };
  const { pod, container, database: name, user } = database;
  return {
    kind: "pod",
    ...cluster,
    namespace: database.namespace ?? namespace,
    pod,
    container,
    database: name,
    user,
  };
}
