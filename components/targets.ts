import type { ConfiguredTarget } from "./config/keys";
import { prepareInKubernetes } from "./kubernetes/gateway/prepare";
import { configuredKubernetes, type KubernetesGateway } from "./kubernetes/gateway/settings";
import type { TargetKind } from "./upgrade/prepare-gateways";

/** Every kind of place that a gateway may name; it names exactly one. */
export const targets: readonly (ConfiguredTarget & TargetKind<KubernetesGateway>)[] = [
  { ...configuredKubernetes, prepare: prepareInKubernetes },
];
