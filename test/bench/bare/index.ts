import { readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

interface Rendered {
  readonly apiVersion: string;
  readonly kind: keyof typeof KINDS;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

type Resource = new (
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const KINDS = {
  ConfigMap: kubernetes.core.v1.ConfigMap,
  Deployment: kubernetes.apps.v1.Deployment,
  Namespace: kubernetes.core.v1.Namespace,
  NetworkPolicy: kubernetes.networking.v1.NetworkPolicy,
  PodDisruptionBudget: kubernetes.policy.v1.PodDisruptionBudget,
  Secret: kubernetes.core.v1.Secret,
  Service: kubernetes.core.v1.Service,
  ServiceAccount: kubernetes.core.v1.ServiceAccount,
};

const context = new pulumi.Config("bare").require("context");
const provider = new kubernetes.Provider("cluster", { context, clusterIdentifier: context });
const objects = JSON.parse(readFileSync("objects.json", "utf8")) as readonly Rendered[];

for (const object of objects) {
  const Kind: Resource = KINDS[object.kind];
  const { name, namespace = "" } = object.metadata;
  new Kind(`${object.kind.toLowerCase()}-${namespace}-${name}`, object, { provider });
}
