import type { SmoltbotConfig } from "./config";
import type { KubernetesObject } from "../kubernetes/objects/object";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/objects/pod-security";
import { RELEASE_LABEL } from "../kubernetes/objects/release-label";
import { fingerprint } from "../upgrade/fingerprint";
import type { SmoltbotNames } from "./names";

/**
 * The Job that migrates the database to the wanted release (S-27), suspended: the schema step starts it once no other one can run. Unlike the
 * chart's hook it can succeed: the migrate image, no arguments, POSTGRES_URL from the current Secret, a writable temporary folder (T-05, T-16).
 */
export function migrationJob(
  config: SmoltbotConfig,
  names: SmoltbotNames,
  gatewayLabels: Readonly<Record<string, string>>,
): KubernetesObject {
  const labels = { ...gatewayLabels, "app.kubernetes.io/component": "migration" };
  const spec = {
    suspend: true,
    backoffLimit: config.schema.retries,
    activeDeadlineSeconds: config.schema.deadlineSeconds,
    template: { metadata: { labels }, spec: migrationPod(config, names) },
  };
  const release = config.version.replaceAll(/[^a-z0-9]/gi, "-").toLowerCase();
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      // The name carries what the Job does, because a Job's template cannot change.
      name: `${names.fullname}-migrate-${release}-${fingerprint(spec).slice(0, 6)}`,
      namespace: config.kubernetes.namespace,
      labels: { ...labels, [RELEASE_LABEL]: config.version },
    },
    spec,
  };
}

/** The image that migrates the database to the wanted release; its tags have a v (T-07). */
const migrationImage = ({ schema, version }: SmoltbotConfig): string =>
  `${schema.image}:v${version}`;

function migrationPod(config: SmoltbotConfig, names: SmoltbotNames): unknown {
  return {
    restartPolicy: "Never",
    serviceAccountName: names.fullname,
    automountServiceAccountToken: false,
    imagePullSecrets: config.values["imagePullSecrets"] ?? [],
    securityContext: POD_SECURITY,
    containers: [
      {
        name: "migrate",
        image: migrationImage(config),
        env: [
          {
            name: "POSTGRES_URL",
            valueFrom: { secretKeyRef: { name: names.fullname, key: "POSTGRES_URL" } },
          },
          { name: "TMPDIR", value: "/tmp" },
        ],
        resources: {
          requests: { cpu: "50m", memory: "128Mi" },
          limits: { cpu: "500m", memory: "256Mi" },
        },
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: {} }],
  };
}
