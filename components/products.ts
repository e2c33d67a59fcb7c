import { bamf } from "./bamf/product";
import type { KubernetesProduct } from "./kubernetes/gateway/product";
import { smoltbot } from "./smoltbot/product";

/** Every product that a stack file may name; the first is meant where it names none. */
export const products: readonly [KubernetesProduct, ...KubernetesProduct[]] = [smoltbot, bamf];
