import { bamf } from "./bamf/product";
import type { DockerProduct } from "./docker/gateway/product";
import type { KubernetesProduct } from "./kubernetes/gateway/product";
import { smoltbotOnDocker } from "./smoltbot/docker/product";
import { smoltbot } from "./smoltbot/product";

/** Every product that a stack file may name; the first is meant where it names none. */
export const products: readonly [KubernetesProduct, ...KubernetesProduct[]] = [smoltbot, bamf];

/** What those of them that run on a Docker host say about it. */
export const productsOnDocker: readonly DockerProduct[] = [smoltbotOnDocker];
