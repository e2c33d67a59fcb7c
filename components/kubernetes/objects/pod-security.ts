/** Rights of a pod that needs none. Source: `mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/values.yaml` */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: 65534,
  fsGroup: 65534,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Rights of a container that writes into its volumes alone. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} as const;
