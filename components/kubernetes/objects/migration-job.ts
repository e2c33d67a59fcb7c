import { fingerprint } from "../../upgrade/fingerprint";
import type { KubernetesObject } from "./object";
import { RELEASE_LABEL } from "./release-label";

/** What a Job that changes a schema does. */
export interface MigrationJobArgs {
  /** Begins its name. */
  readonly fullname: string;
  readonly namespace: string;
  /** What it does, as a part of its name. @defaultValue `migrate` */
  readonly verb?: string;
  /** The release to whose schema it leads: `1.1.0`. */
  readonly version: string;
  /** Labels of the release's pods; its own say that it is a migration, so that no Service selects it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: { readonly retries: number; readonly deadlineSeconds: number };
  readonly pod: unknown;
  /** @defaultValue none */
  readonly podAnnotations?: Readonly<Record<string, string>> | undefined;
}

/** A Job that changes the schema, suspended: the schema step starts it once no other one can run. */
export function migrationJobWith({
  fullname,
  namespace,
  verb = "migrate",
  version,
  labels: gatewayLabels,
  limits,
  pod,
  podAnnotations: annotations,
}: MigrationJobArgs): KubernetesObject {
  const labels = { ...gatewayLabels, "app.kubernetes.io/component": "migration" };
  const metadata = annotations === undefined ? { labels } : { labels, annotations };
  const spec = {
    suspend: true,
    backoffLimit: limits.retries,
    activeDeadlineSeconds: limits.deadlineSeconds,
    template: { metadata, spec: pod },
  };
  const release = version.replaceAll(/[^a-z0-9]/gi, "-").toLowerCase();
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      // The name carries what the Job does, because a Job's template cannot change.
      name: `${fullname}-${verb}-${release}-${fingerprint(spec).slice(0, 6)}`,
      namespace,
      labels: { ...labels, [RELEASE_LABEL]: version },
    },
    spec,
  };
}
