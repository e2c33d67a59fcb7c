import type { JobSource, PodSource } from "./database-source";

/** The cluster that kubectl is to speak to, as its first arguments. */
export const kubectlTarget = (source: PodSource | JobSource): readonly string[] => [
  ...(source.kubeconfig === undefined ? [] : ["--kubeconfig", source.kubeconfig]),
  ...(source.context === undefined ? [] : ["--context", source.context]),
];
