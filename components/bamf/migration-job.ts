import { inOrder, editContainers, type Workload } from "../kubernetes/edits/workload";
import { migrationJobWith } from "../kubernetes/objects/migration-job";
import type { KubernetesObject } from "../kubernetes/objects/object";
import type { BamfConfig } from "./config";
import { fromOwnSecret, type OwnSecret } from "./pod-secrets";

/** Where Alembic finds its own settings. From any other folder it answers with nothing and exit 0 (T-18). */
const FOLDER = "/app/alembic";

/** What Alembic is to do: a revision by its name, never a number of steps (T-19). */
export type AlembicCommand =
  | { readonly verb: "upgrade"; /** `head`, or a revision. */ readonly revision: string }
  | { readonly verb: "downgrade"; readonly revision: string };

/** What the Job of a release is made of. */
export interface AlembicJobArgs {
  readonly config: Pick<BamfConfig, "version" | "kubernetes" | "schema">;
  readonly secret: OwnSecret;
  /** Labels of the API's pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** The migration as the chart has it: image, folder, resources and where the database is. */
  readonly chartJob: KubernetesObject;
}

/**
 * The chart's own migration as a Job that this program starts and watches: suspended, with a deadline and a number of retries, each of which is a pod whose log stays
 * (T-30), with the URL that the driver takes (T-20), and kept when it has succeeded.
 *
 * @param imageFor - gives that of a newer release where the schema goes down: an older one cannot take back what it does not have (T-19). @defaultValue the chart's own
 */
export function alembicJob(
  { config, secret, labels, chartJob }: AlembicJobArgs,
  { verb, revision }: AlembicCommand,
  imageFor: (image: string) => string = (image) => image,
): KubernetesObject {
  const edit = inOrder(
    fromOwnSecret(secret),
    editContainers((container) => ({
      ...container,
      image: imageFor(container.image),
      workingDir: FOLDER,
      command: ["alembic", verb, revision],
      args: undefined,
    })),
  );
  const { template } = edit(chartJob as Workload).spec;
  return migrationJobWith({
    fullname: secret.names.fullname,
    namespace: config.kubernetes.namespace,
    verb: verb === "upgrade" ? "migrate" : verb,
    version: config.version,
    labels,
    limits: config.schema,
    pod: { ...template.spec, restartPolicy: "Never", automountServiceAccountToken: false },
    podAnnotations: template.metadata?.annotations,
  });
}
