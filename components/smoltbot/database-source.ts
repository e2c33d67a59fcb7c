import { z } from "zod";
import type { SmoltbotConfig } from "../config/schema";
import type { DatabaseSource } from "../postgres/database-source";
import { policyLabels, smoltbotNames } from "./names";

/** Table in which the migration runner lists what it has applied. Source: mnemom/smoltbot@v2.1.0, migration runner. */
export const TRACKING_TABLE = "_schema_migrations";

/** Where the steps reach the database. */
export function databaseSource(settings: SmoltbotConfig): DatabaseSource {
  const { database } = settings.backup;
  if (database === "url") return { kind: "url" };
  const { kubeconfig, context, namespace } = settings.kubernetes;
  const cluster = { kubeconfig, context, namespace };
  if ("job" in database) return { kind: "job", ...cluster, ...inJob(settings, database.job) };
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

type JobConfig = Extract<SmoltbotConfig["backup"]["database"], { readonly job: unknown }>["job"];

const pullSecrets = z.array(z.object({ name: z.string() })).catch([]);

function inJob({ kubernetes, values }: SmoltbotConfig, job: JobConfig) {
  const { image, secretKey, serviceAccount } = job;
  const { fullname } = smoltbotNames(kubernetes.release, values);
  return {
    name: fullname,
    secret: { name: fullname, key: secretKey },
    image,
    serviceAccount,
    imagePullSecrets: pullSecrets.parse(values["imagePullSecrets"]),
    labels: policyLabels(kubernetes.release, values),
    startsWithinSeconds: 120,
  };
}
