import type { PropertyMap } from "../protocol/values";
import { gvkOf, isConfigMapKind, isImmutable, isSecretKind } from "./kube-object";
import type { Options } from "./options";

/** A path of keys; `*` stands for any place in a list. */
export type RulePath = readonly string[];

const selector = ["spec.selector"];
const workload: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: selector,
  Deployment: selector,
  StatefulSet: [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
};

const containerFields = [
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources",
  "securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty",
  "volumeDevices volumeMounts workingDir",
]
  .join(" ")
  .split(" ");

const podFields = [
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC",
  "hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy",
  "priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName",
  "securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain",
  "terminationGracePeriodSeconds volumes",
]
  .join(" ")
  .split(" ");

const volumeSources = [
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk",
  "glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO",
  "storageos vsphereVolume",
]
  .join(" ")
  .split(" ");

/**
 * Fields by `apiVersion` and kind whose change makes a new object.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/diff.go
 */
const rules: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "apps/v1": workload,
  "apps/v1beta2": workload,
  v1: {
    PersistentVolume: volumeSources.map((field) => `spec.${field}`),
    PersistentVolumeClaim: ["accessModes", "selector", "storageClassName", "volumeName"].map(
      (field) => `spec.${field}`,
    ),
    Pod: [
      ...podFields.map((field) => `spec.${field}`),
      ...containerFields.map((field) => `spec.containers.*.${field}`),
      ...containerFields.map((field) => `spec.initContainers.*.${field}`),
    ],
    ResourceQuota: ["spec.scopes"],
    Secret: ["type"],
    Service: ["spec.clusterIP"],
  },
  "rbac.authorization.k8s.io/v1": { ClusterRoleBinding: ["roleRef"], RoleBinding: ["roleRef"] },
  "storage.k8s.io/v1": { StorageClass: ["parameters", "provisioner"] },
  "batch/v1": {
    Job: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  },
};

/** The fields whose change makes a new object instead of changing this one. */
export function replaceRules(
  inputs: PropertyMap,
  options: Pick<Options, "enableConfigMapMutable" | "enableSecretMutable">,
): readonly RulePath[] {
  const { group, version, kind } = gvkOf(inputs);
  const fields = rules[group === "" ? version : `${group}/${version}`]?.[kind] ?? [];
  const identity = ["metadata.name", "metadata.namespace"];
  return [...identity, ...fields, ...contentRules(inputs, options)].map((path) => path.split("."));
}

function contentRules(
  inputs: PropertyMap,
  options: Pick<Options, "enableConfigMapMutable" | "enableSecretMutable">,
): readonly string[] {
  if (isSecretKind(inputs) && (!options.enableSecretMutable || isImmutable(inputs))) {
    return ["stringData", "data"];
  }
  if (isConfigMapKind(inputs) && (!options.enableConfigMapMutable || isImmutable(inputs))) {
    return ["binaryData", "data"];
  }
  return [];
}
