import { z } from "zod";
import type { DatabaseSource, JobSource } from "../../postgres/database-source";
import type { Values } from "../../upgrade/values";
import type { ChartNames } from "../helm/chart-names";
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

const pullSecrets = z.array(z.object({ name: z.string() })).catch([]);

/**
 * The Job of a release whose Secret has the name of the whole. It bears the labels by which the release's NetworkPolicies let its pods reach the database.
 *
 * @param imagePullSecrets - as the values of the chart have them
 */
export const jobBeside =
  ({ fullname, labels }: ChartNames, imagePullSecrets: Values[string]) =>
  ({ image, secretKey, serviceAccount }: DatabaseJob): JobPlace => ({
    name: fullname,
    secret: { name: fullname, key: secretKey },
    image,
    serviceAccount,
    imagePullSecrets: pullSecrets.parse(imagePullSecrets),
    labels: { ...labels },
    startsWithinSeconds: 120,
  });
