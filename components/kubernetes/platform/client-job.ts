import type { ClientSpec } from "../../upgrade/platform";
import type { KubernetesObject } from "../objects/object";
import { CONTAINER_SECURITY, POD_SECURITY } from "../objects/pod-security";

/** Container of the pod in which the programs run. */
export const CLIENT_CONTAINER = "client";

/** Value of the label app.kubernetes.io/component: nobody takes it for a migration or for a gateway. */
export const CLIENT_COMPONENT = "database-client";

/** Longest life of one, in seconds: 12 hours, more than any backup takes that still makes sense. */
const longestLife = 12 * 3600;

/** Seconds after its end at which the cluster removes it, if nobody did. */
const shortestRest = 60;

/**
 * The Job whose one pod reaches the database from inside of the cluster (S-04). It takes the connection string from the gateway's own
 * Secret, waits for work that comes by `kubectl exec`, and ends with whoever made it.
 */
export function clientJob(
  spec: ClientSpec,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): KubernetesObject {
  const labels = { ...spec.labels, "app.kubernetes.io/component": CLIENT_COMPONENT };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: longestLife,
      ttlSecondsAfterFinished: shortestRest,
      template: { metadata: { labels }, spec: podOf(spec) },
    },
  };
}

function podOf(spec: ClientSpec): unknown {
  const { secret, serviceAccount, folder } = spec;
  const { name, key } = secret;
  return {
    restartPolicy: "Never",
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
    automountServiceAccountToken: false,
    imagePullSecrets: spec.imagePullSecrets,
    terminationGracePeriodSeconds: 5,
    securityContext: POD_SECURITY,
    containers: [
      {
        name: CLIENT_CONTAINER,
        image: spec.image,
        command: ["sh", "-c", spec.script],
        env: [
          { name: secret.variable, valueFrom: { secretKeyRef: { name, key } } },
          ...Object.entries({ ...spec.environment, TMPDIR: "/tmp", LC_ALL: "C" }).map(
            ([variable, value]) => ({ name: variable, value }),
          ),
        ],
        readinessProbe: {
          exec: { command: spec.readyCommand },
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
          { name: "connection", mountPath: folder },
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
