import type { Declared } from "./config/schema";
import { prepareInKubernetes } from "./kubernetes/gateway/prepare";
import type { KubernetesProduct } from "./kubernetes/gateway/product";
import type { TargetKind } from "./upgrade/prepare-gateways";

/** Every kind of place that a gateway may name; it names exactly one. */
export const targets: readonly TargetKind<Declared<KubernetesProduct>>[] = [
  { name: "kubernetes", prepare: prepareInKubernetes },
];
