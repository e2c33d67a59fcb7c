import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { drift } from "../../../components/kubernetes/gates/drift";
import type { FieldOwner, FieldSet } from "../../../components/kubernetes/objects/owned-fields";
import { cluster, live } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

export const at = "context prod, namespace smoltbot";
export const wanted: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "gateway", labels: { app: "gateway" } },
  spec: {
    replicas: 2,
    template: {
      metadata: { annotations: { checksum: "1" } },
      spec: {
        tolerations: [{ key: "pool", operator: "Exists", effect: "" }],
        containers: [
          {
            name: "gateway",
            image: "gateway:1.0.0",
            ports: [{ containerPort: 8787 }],
            args: ["--port", "8787"],
            env: [
              { name: "LEVEL", value: "info" },
              { name: "ROLE", value: "gateway" },
            ],
            startupProbe: { periodSeconds: 5 },
            securityContext: { readOnlyRootFilesystem: false },
          },
        ],
      },
    },
  },
};
export type Tree = Record<string, unknown>;
export const podOf = (spec: Tree): Tree => (spec["template"] as { readonly spec: Tree }).spec;
/** The object as it lives, after a change to a copy of it. */
export const after = (change: (spec: Tree, container: Tree) => void): unknown => {
  const copy = structuredClone(wanted) as unknown as {
    spec: Tree & { template: { spec: { containers: Tree[] } } };
  };
  change(copy.spec, copy.spec.template.spec.containers[0]!);
  return copy;
};
export const inContainer = (fields: FieldSet): FieldSet => ({
  "f:spec": {
    "f:template": { "f:spec": { "f:containers": { 'k:{"name":"gateway"}': fields } } },
  },
});
export const by = (manager: string, fields: FieldSet, subresource = ""): FieldOwner => ({
  manager,
  subresource,
  fields,
});
export const ours = by("pulumi-kubernetes-1a2b3c4d", inContainer({ ".": {}, "f:name": {} }));
export const say = (owners: readonly FieldOwner[], content: unknown, unchanged = false) =>
  spoken(
    drift({
      cluster: cluster({ live: [live({ owners, content })] }),
      objects: [wanted],
      unchanged,
      namespace: "smoltbot",
      at,
    }),
  );
export const silent = [`pass ${at}: 1 object, none changed by somebody else`];
