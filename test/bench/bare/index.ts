import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

type Resource = new (
  name: string,
  args: never,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const KINDS: Readonly<Record<string, Resource>> = {
  ConfigMap: kubernetes.core.v1.ConfigMap,
  Deployment: kubernetes.apps.v1.Deployment,
  HorizontalPodAutoscaler: kubernetes.autoscaling.v2.HorizontalPodAutoscaler,
  Job: kubernetes.batch.v1.Job,
  Namespace: kubernetes.core.v1.Namespace,
  NetworkPolicy: kubernetes.networking.v1.NetworkPolicy,
  PodDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget,
  Role: kubernetes.rbac.v1.Role,
  RoleBinding: kubernetes.rbac.v1.RoleBinding,
  Secret: kubernetes.core.v1.Secret,
  Service: kubernetes.core.v1.Service,
  ServiceAccount: kubernetes.core.v1.ServiceAccount,
  StatefulSet: kubernetes.apps.v1.StatefulSet,
};

const context = new pulumi.Config("bare").require("context");
const provider = new kubernetes.Provider("cluster", { context, clusterIdentifier: context });
const objects = JSON.parse(readFileSync("objects.json", "utf8")) as readonly Rendered[];

for (const object of objects) {
  const Kind = KINDS[object.kind] ?? kubernetes.apiextensions.CustomResource;
  const { name, namespace = "" } = object.metadata;
  new Kind(`${object.kind.toLowerCase()}-${namespace}-${name}`, object as never, { provider });
}
