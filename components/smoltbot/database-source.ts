import { z } from "zod";
import type { SmoltbotConfig } from "./config";
import {
  databaseSourceIn,
  type DatabaseJob,
  type JobPlace,
} from "../kubernetes/gateway/database-source";
import type { DatabaseSource } from "../postgres/database-source";
import { policyLabels, smoltbotNames } from "./names";

/** Table in which the migration runner lists what it has applied. Source: `mnemom/smoltbot@v2.1.0`, migration runner. */
export const TRACKING_TABLE = "_schema_migrations";

/** Where the steps reach the database. */
export const databaseSource = (settings: SmoltbotConfig): DatabaseSource =>
  databaseSourceIn(settings, (job) => inJob(settings, job));

const pullSecrets = z.array(z.object({ name: z.string() })).catch([]);

function inJob({ kubernetes, values }: SmoltbotConfig, job: DatabaseJob): JobPlace {
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
