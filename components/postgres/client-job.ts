import type { KubernetesObject } from "../kubernetes/objects/object";
import { CONTAINER_SECURITY, POD_SECURITY } from "../kubernetes/objects/pod-security";
import { CONNECTION, connectionEnvironment, connectionScript } from "./connection-script";
import type { JobSource } from "./database-source";

/** Container of the pod in which the client programs are. */
export const CLIENT_CONTAINER = "client";

/** Value of the label app.kubernetes.io/component: nobody takes it for a migration or for a gateway. */
export const CLIENT_COMPONENT = "database-client";

/** Longest life of one, in seconds: 12 hours, more than any backup takes that still makes sense. */
const longestLife = 12 * 3600;

/** Seconds after its end at which the cluster removes it, where nobody did. */
const shortestRest = 60;

/**
 * The Job whose one pod reaches the database from inside of the cluster (S-04). It takes the connection string from the gateway's own
 * Secret, waits for work that comes by `kubectl exec`, and ends with whoever made it.
 */
export function clientJob(source: JobSource, name: string): KubernetesObject {
  const labels = { ...source.labels, "app.kubernetes.io/component": CLIENT_COMPONENT };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: source.namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: longestLife,
      ttlSecondsAfterFinished: shortestRest,
      template: { metadata: { labels }, spec: clientPod(source) },
    },
  };
}

function clientPod({ image, secret, serviceAccount, imagePullSecrets }: JobSource): unknown {
  const { name, key } = secret;
  return {
    restartPolicy: "Never",
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
    automountServiceAccountToken: false,
    imagePullSecrets,
    terminationGracePeriodSeconds: 5,
    securityContext: POD_SECURITY,
    containers: [
      {
        name: CLIENT_CONTAINER,
        image,
        command: ["sh", "-c", connectionScript],
        env: [
          { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name, key } } },
          ...Object.entries({ ...connectionEnvironment, TMPDIR: "/tmp", LC_ALL: "C" }).map(
            ([variable, value]) => ({ name: variable, value }),
          ),
        ],
        readinessProbe: {
          exec: { command: ["cat", `${CONNECTION}/database`] },
          periodSeconds: 1,
          failureThreshold: 20,
        },
        terminationMessagePolicy: "FallbackToLogsOnError",
        resources: {
          requests: { cpu: "50m", memory: "64Mi" },
          limits: { cpu: "1", memory: "512Mi" },
        },
        securityContext: CONTAINER_SECURITY,
        volumeMounts: [
          { name: "connection", mountPath: CONNECTION },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "connection", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      { name: "tmp", emptyDir: {} },
    ],
  };
}
