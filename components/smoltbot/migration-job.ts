import type { SmoltbotConfig } from "./config";
import { migrationJobWith } from "../kubernetes/objects/migration-job";
import type { KubernetesObject } from "../kubernetes/objects/object";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/objects/pod-security";
import type { SmoltbotNames } from "./names";

/**
 * The Job that migrates the database to the wanted release (S-27), suspended. Unlike the chart's hook it can succeed: the migrate image, no arguments,
 * POSTGRES_URL from the current Secret, a writable temporary folder (T-05, T-16).
 */
export const migrationJob = (
  config: SmoltbotConfig,
  names: SmoltbotNames,
  gatewayLabels: Readonly<Record<string, string>>,
): KubernetesObject =>
  migrationJobWith({
    fullname: names.fullname,
    namespace: config.kubernetes.namespace,
    version: config.version,
    labels: gatewayLabels,
    limits: config.schema,
    pod: migrationPod(config, names),
  });

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
