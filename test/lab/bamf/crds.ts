const kinds = [
  ["traefik.io", "v1alpha1", "IngressRoute", "ingressroutes"],
  ["traefik.io", "v1alpha1", "IngressRouteTCP", "ingressroutetcps"],
  ["traefik.io", "v1alpha1", "Middleware", "middlewares"],
  ["traefik.io", "v1alpha1", "TLSOption", "tlsoptions"],
  ["cert-manager.io", "v1", "Certificate", "certificates"],
] as const;

/** Definitions of what the chart makes of its ingress and its certificates; nothing in the lab acts on these objects, and any content of theirs is fine. */
export const bamfDefinitions = kinds.map(([group, version, kind, plural]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  },
}));
