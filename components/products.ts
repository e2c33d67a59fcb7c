import { bamfAgents } from "./bamf/agents/product";
import { bamfCli } from "./bamf/cli/product";
import { bamf } from "./bamf/product";
import type { ConfiguredProduct } from "./config/keys";
import type { DockerProduct } from "./docker/gateway/product";
import type { HostsProduct } from "./hosts/gateway/product";
import type { MachineProduct } from "./hosts/machine/product";
import type { KubernetesProduct } from "./kubernetes/gateway/product";
import { smoltbotOnDocker } from "./smoltbot/docker/product";
import { smoltbot } from "./smoltbot/product";

/** Those that run in Kubernetes; the first is meant where a stack file names none. */
const productsInKubernetes: readonly [KubernetesProduct, ...KubernetesProduct[]] = [smoltbot, bamf];

/** Those that run on hosts of their own. */
export const productsOnHosts: readonly (ConfiguredProduct & HostsProduct)[] = [bamfAgents];

/** Those that are programs of this machine. */
export const productsOnMachine: readonly (ConfiguredProduct & MachineProduct)[] = [bamfCli];

/** Every product that a stack file may name; the first is meant where it names none. */
export const products: readonly [ConfiguredProduct, ...ConfiguredProduct[]] = [
  ...productsInKubernetes,
  ...productsOnHosts,
  ...productsOnMachine,
];

/** What those of them that run on a Docker host say about it. */
export const productsOnDocker: readonly DockerProduct[] = [smoltbotOnDocker];
